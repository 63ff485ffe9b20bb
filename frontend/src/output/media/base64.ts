/** Base64, in which binary formats arrive. */

/** The bytes of *base64*, which may be broken over lines; null when it is no base64. */
export function decoded(base64: string): Uint8Array<ArrayBuffer> | null {
  let binary: string;
  try {
    binary = atob(base64);
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidCharacterError") return null;
    throw error;
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
