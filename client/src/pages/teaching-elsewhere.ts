const LOCK = 'teaching';

/** Browsers give locks to secure pages only. */
function browserLocks(): LockManager | undefined {
  return navigator.locks;
}

/** Lets the other pages of this browser know that somebody teaches in this one, until what it gives is called. */
export function holdTeaching(): () => void {
  let left = (): void => undefined;
  const teaching = new Promise<null>((resolve) => {
    left = () => {
      resolve(null);
    };
  });
  browserLocks()
    ?.request(LOCK, { mode: 'shared' }, () => teaching)
    .catch(() => undefined);
  return left;
}

/** True when another page of this browser is in a class as one who teaches. Not known is false. */
export async function isTeachingElsewhere(): Promise<boolean> {
  const state = await browserLocks()
    ?.query()
    .catch(() => undefined);
  return state?.held?.some(({ name }) => name === LOCK) ?? false;
}
