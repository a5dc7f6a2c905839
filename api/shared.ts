/**
 * The same heavy question asked again while its answer is still being made waits for that answer. Askers differ, so this
 * stands behind the check of who may ask. `nowMs` does not tell questions apart; a failure is every asker's and is not kept.
 */
export function shared<Q extends { readonly nowMs: number }, A>(
  answer: (query: Q) => Promise<A>,
): (query: Q) => Promise<A> {
  const running = new Map<string, Promise<A>>();
  return async (query) => {
    const key = JSON.stringify({ ...query, nowMs: null });
    let one = running.get(key);
    if (one === undefined) {
      one = answer(query).finally(() => running.delete(key));
      running.set(key, one);
    }
    return await one;
  };
}
