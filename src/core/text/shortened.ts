/** Keeps a message readable, and cuts: words of more than 300 letters, and what follows 2,000. */
export function shortened(message: string): string {
  const text = message.length > 2000 ? `${message.slice(0, 2000)}…` : message
  return text.replace(/\S{300,}/g, (word) => `${word.slice(0, 60)}…${word.slice(-20)}`)
}
