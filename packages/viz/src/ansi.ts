/** A text in a 24-bit foreground colour `#rrggbb`, for a terminal. */
export function paint(text: string, color: string): string {
  const channel = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return `\u001b[38;2;${channel(1)};${channel(3)};${channel(5)}m${text}\u001b[0m`;
}
