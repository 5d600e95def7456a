// Makes everything inert but the part of the page that `inside` stands in. Roles and focus traps alone leave the rest
// within reach of some screen readers. Uncovering gives the focus back, unless something else has taken it by then.

// What is announced, and the guards by which the focus goes round in a dialog, stay as they are.
const spared = '[aria-live], [data-reka-focus-guard], script, style';

export function coverPage(inside: Element): () => void {
  const before = document.activeElement;
  const below = [...document.body.children].filter((one): one is HTMLElement => one instanceof HTMLElement && !one.contains(inside));
  const covered = below.filter((one) => !one.inert && !one.matches(spared));
  for (const one of covered) one.inert = true;
  return () => {
    for (const one of covered) one.inert = false;
    setTimeout(() => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    });
  };
}
