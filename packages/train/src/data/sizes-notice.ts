/** Says how many pairs there are of each set. */
export function sizesNotice(train: number, validation: number, test?: number): string {
  const last = test === undefined ? "" : `, ${test} to test on`;
  return `${train} pairs to train on, ${validation} to validate on${last}.`;
}
