/** So many people who ask at once and read each answer before the next question. */
import { setTimeout as pause } from 'node:timers/promises'

/** How long each answer took, in ms, the shortest first. Each of `callers` asks `questions` times, `pause_ms` after the last answer. */
export async function asking(
  ask: (question: string) => Promise<unknown>,
  about: string[],
  { callers, questions, pause_ms }: { callers: number; questions: number; pause_ms: number },
): Promise<number[]> {
  const times: number[] = []
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      await pause((pause_ms * caller) / callers)
      for (let turn = 0; turn < questions; turn++) {
        const started = performance.now()
        await ask(about[(caller * 7919 + turn * 104_729) % about.length]!)
        times.push(performance.now() - started)
        if (pause_ms) await pause(pause_ms)
      }
    }),
  )
  return times.sort((a, b) => a - b)
}

/** The time within which such a share of the answers came. */
export function at(times: number[], share: number): number {
  return times[Math.floor(times.length * share)]!
}
