/** What a test asks of an answer: its body where all went well, or why it was refused; and clients that stay signed in. */
import { expect } from 'vitest'
import type { Client, World } from './world.ts'

/** The body; an answer with a code or errors, or of another status, fails the test and is shown. */
// biome-ignore lint/suspicious/noExplicitAny: answers are asserted field by field
export async function ok(answer: Promise<Response>, status = 200): Promise<any> {
  const response = await answer
  const body = await response.json()
  expect([response.status, body.code, body.errors]).toEqual([status, undefined, undefined])
  return body
}

/** The body of what went well, whether it was made, changed or begun. */
export async function done(answer: Promise<Response>) {
  return ok(answer, (await answer).status < 300 ? (await answer).status : 200)
}

/** The words of a page or a file. */
export async function text(answer: Promise<Response>, status = 200): Promise<string> {
  const response = await answer
  expect(response.status).toBe(status)
  return response.text()
}

/** Status and code. */
export async function refused(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer
  return [response.status, (await response.json()).code]
}

/** Pointer and code of every fault. */
export async function faults(answer: Promise<Response>): Promise<[string, string][]> {
  const { errors } = (await (await answer).json()) as { errors: { pointer: string; code: string }[] }
  return errors.map(({ pointer, code }) => [pointer, code])
}

/** The codes of the faults, or of the refusal. */
export async function codes(answer: Promise<Response>): Promise<string | string[]> {
  const body = (await (await answer).json()) as { code: string; errors?: { code: string }[] }
  return body.errors?.map(({ code }) => code) ?? body.code
}

/** One client for each account of a world that is made later: signed in once, however often it is named. */
export function clientsOf(world: () => World): ((username: string | null) => Client) & { forget(): void } {
  const clients = new Map<string | null, Client>()
  const client = (username: string | null) => {
    const client = clients.get(username) ?? world().as(username)
    clients.set(username, client)
    return client
  }
  /** everybody signs in anew: the world or its clock has moved on */
  return Object.assign(client, { forget: () => clients.clear() })
}
