// The parts of the administration, in their order.
export const sectionNames = ['users', 'tokens', 'audit', 'storage', 'settings'] as const;
export type SectionName = (typeof sectionNames)[number];
