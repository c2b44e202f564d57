// Promises whose jobs wait in a queue of their process. So the simulator decides when a process goes on, may let it go on
// inside a call of another one, and drops the queue of one that crashed. esbuild lowers `async` to generators on them.

export type Job = () => void

type Settled = { kind: 'pending' } | { kind: 'fulfilled' | 'rejected'; value: unknown }
type Handler = ((value: unknown) => unknown) | null | undefined

export interface Later {
  then: (fulfilled?: Handler, rejected?: Handler) => Later
  catch: (rejected?: Handler) => Later
  finally: (done: () => void) => Later
}

/** As the global `Promise`, as far as src uses it. */
export function promisesOn(jobs: Job[]) {
  return class SimulatedPromise implements Later {
    #state: Settled = { kind: 'pending' }
    #waiting: Job[] = []

    constructor(run: (resolve: (value?: unknown) => void, reject: (why: unknown) => void) => void) {
      const { resolve, reject } = this.#settlers()
      try {
        run(resolve, reject)
      } catch (error) {
        reject(error)
      }
    }

    static resolve(value?: unknown): SimulatedPromise {
      return value instanceof SimulatedPromise
        ? value
        : new SimulatedPromise((resolve) => {
            resolve(value)
          })
    }

    static reject(why: unknown): SimulatedPromise {
      return new SimulatedPromise((_, reject) => {
        reject(why)
      })
    }

    static all(values: Iterable<unknown>): SimulatedPromise {
      return new SimulatedPromise((resolve, reject) => {
        const results: unknown[] = []
        let left = 1
        const done = (): void => {
          left -= 1
          if (left === 0) resolve(results)
        }
        for (const value of values) {
          const index = left - 1
          left += 1
          SimulatedPromise.resolve(value).then((result) => {
            results[index] = result
            done()
          }, reject)
        }
        done()
      })
    }

    static race(values: Iterable<unknown>): SimulatedPromise {
      return new SimulatedPromise((resolve, reject) => {
        for (const value of values) SimulatedPromise.resolve(value).then(resolve, reject)
      })
    }

    then(fulfilled?: Handler, rejected?: Handler): SimulatedPromise {
      return new SimulatedPromise((resolve, reject) => {
        const react = (): void => {
          const state = this.#state
          if (state.kind === 'pending') return
          const handler = state.kind === 'fulfilled' ? fulfilled : rejected
          if (typeof handler !== 'function') {
            if (state.kind === 'fulfilled') resolve(state.value)
            else reject(state.value)
            return
          }
          try {
            resolve(handler(state.value))
          } catch (error) {
            reject(error)
          }
        }
        if (this.#state.kind === 'pending') this.#waiting.push(react)
        else jobs.push(react)
      })
    }

    catch(rejected?: Handler): SimulatedPromise {
      return this.then(undefined, rejected)
    }

    finally(done: () => unknown): SimulatedPromise {
      return this.then(
        (value) => SimulatedPromise.resolve(done()).then(() => value),
        (why) =>
          SimulatedPromise.resolve(done()).then(() => {
            throw why
          }),
      )
    }

    #settle(state: Settled): void {
      this.#state = state
      jobs.push(...this.#waiting)
      this.#waiting = []
    }

    #settlers(): { resolve: (value?: unknown) => void; reject: (why: unknown) => void } {
      let isDecided = false
      const reject = (why: unknown): void => {
        if (isDecided) return
        isDecided = true
        this.#settle({ kind: 'rejected', value: why })
      }
      const resolve = (value?: unknown): void => {
        if (isDecided) return
        isDecided = true
        if (typeof value === 'object' && value !== null && 'then' in value) {
          const inner = value as Later
          const { resolve: again, reject: fail } = this.#settlers()
          jobs.push(() => {
            inner.then(again, fail)
          })
        } else this.#settle({ kind: 'fulfilled', value })
      }
      return { resolve, reject }
    }
  }
}

export type Promises = ReturnType<typeof promisesOn>
