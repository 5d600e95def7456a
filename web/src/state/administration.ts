// The parts of the administration, in their order.
export const sectionNames = ['users', 'tokens', 'audit', 'storage', 'budget', 'settings'] as const;
export type SectionName = (typeof sectionNames)[number];
