/** A function that prints its first warning. */
export function warnOnce(): (text: string) => void {
  let done = false;
  return (text) => {
    if (!done) console.warn(text);
    done = true;
  };
}
