/** Whether the window is a phone's at this moment: lists begin shorter there. */
export function isSmall(): boolean {
  return matchMedia("(max-width: 719px)").matches;
}
