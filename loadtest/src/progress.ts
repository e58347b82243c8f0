const EVERY_MS = 60_000;

/** Where a class is after so many minutes of about so many. `people`: students who are in. */
function progressInWords(minute: number, takesMinutes: number, people: number): string {
  return `minute ${minute} of about ${takesMinutes}: ${people} ${people === 1 ? 'student is' : 'students are'} in`;
}

/** Prints that once a minute; gives what ends it. */
export function tellProgress(takesMinutes: number, people: () => number): () => void {
  let minute = 0;
  const timer = setInterval(() => {
    minute += 1;
    console.log(progressInWords(minute, takesMinutes, people()));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
