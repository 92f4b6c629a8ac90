/** kafkajs has neither answered nor failed in time, which it sometimes does for ever after a broker went away. */
export class Unanswered extends Error {
  readonly retriable = true;

  constructor(what: string, ms: number) {
    super(`${what} was not answered within ${ms} ms.`);
    this.name = 'Unanswered';
  }
}

/**
 * What comes of some work, where it comes in time. Work that is given up goes on; what comes of it then is ignored.
 * @param what it is, as the subject of a sentence
 * @throws Unanswered
 */
export async function answeredWithin<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Unanswered(what, ms));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
