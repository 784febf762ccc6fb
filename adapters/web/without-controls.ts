/**
 * What a model or a tool wrote must not steer the terminal of its reader, nor change the order of what is read. So all
 * control characters but tab and line feed are replaced, and those that turn the direction of text.
 */
export function withoutControls(text: string): string {
  return text.replaceAll(STEERING, '\uFFFD')
}

const STEERING = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
