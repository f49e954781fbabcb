/** Text that controls a terminal or changes the direction of text: C0, C1, styles, bidi controls, line breaks. */
export const escapes = "\u001b[2J\u001b[31m\u001b]0;t\u0007\u009b2J\u0008\r\u202e\u2066\u2028";
