/** Calls to addresses outside: in time, without following, and never into a private network. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPublic, nodeOutgoing } from '../../src/platform/node-outgoing.ts'
import { fetchOutgoing } from '../../src/platform/outgoing.ts'
import { receiver } from '../support/receiver.ts'

let receiving: Awaited<ReturnType<typeof receiver>>
beforeAll(async () => {
  receiving = await receiver()
})
afterAll(() => receiving.close())

describe.each([
  ['on Node', nodeOutgoing(true)],
  ['on Workers', fetchOutgoing],
])('%s', (_, outgoing) => {
  const post = () => outgoing.post(receiving.url, { 'content-type': 'text/plain' }, '护育')

  test('a body goes as it is, and the first 200 characters of the answer come back', async () => {
    receiving.answer(201, `一\u0000\n二${'𬱖'.repeat(5000)}`)
    expect(await post()).toEqual({ status: 201, text: `一 二${'𬱖'.repeat(197)}` })
    expect(receiving.take()).toMatchObject([{ body: '护育', path: '/hook' }])
  })

  test('a redirect is an answer, not a way on', async () => {
    receiving.answer(302, '', { location: '/elsewhere' })
    expect(await post()).toEqual({ status: 302, text: '' })
    expect(receiving.take().map(({ path }) => path)).toEqual(['/hook'])
  })

  test('whoever hangs up, or listens nowhere, is not reachable', async () => {
    receiving.behave((answer) => answer.destroy())
    expect(await post()).toEqual({ fault: 'unreachable' })
    expect(receiving.take()).toHaveLength(1)
    expect(await outgoing.post('http://127.0.0.1:1/', {}, '')).toEqual({ fault: 'unreachable' })
    expect(await outgoing.post('https://nowhere.invalid/', {}, '')).toEqual({ fault: 'unreachable' })
  })
})

test('after ten seconds it is over, before an answer and in the middle of one', async () => {
  const silent = await receiver()
  silent.behave(() => {})
  const endless = await receiver()
  endless.behave((answer) => answer.writeHead(200).write('…'))
  const started = performance.now()
  const calls = [nodeOutgoing(true), fetchOutgoing].flatMap((outgoing) =>
    [silent, endless].map(({ url }) => outgoing.post(url, {}, '')),
  )
  expect(await Promise.all(calls)).toEqual(Array(4).fill({ fault: 'timeout' }))
  expect(performance.now() - started).toBeGreaterThan(9_900)
  expect(performance.now() - started).toBeLessThan(15_000)
  await Promise.all([silent.close(), endless.close()])
})

test.each([
  ['0.0.0.0', false],
  ['9.255.255.255', true],
  ['10.0.0.0', false],
  ['10.255.255.255', false],
  ['11.0.0.0', true],
  ['100.63.255.255', true],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.15.255.255', true],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.0', true],
  ['192.168.1.1', false],
  ['192.169.0.0', true],
  ['223.255.255.255', true],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2001:db8::1', false],
  ['2002:a00:1::', false],
  ['240e:1::1', true],
  ['2408:8000::1', true],
  ['fc00::1', false],
  ['fe80::1', false],
  ['ff02::1', false],
  ['localhost', false],
])('%s is public: %s', (address, expected) => expect(isPublic(address)).toBe(expected))

test.each([
  'https://127.0.0.1:1/',
  'https://[::1]:1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://localhost:1/',
])('nothing is sent to %s', async (url) => {
  expect(await nodeOutgoing(false).post(url, {}, '')).toEqual({ fault: 'private_address' })
})

test('a name that leads to this machine is found out as the connection is made', async () => {
  const url = receiving.url.replace('127.0.0.1', 'localhost')
  expect(await nodeOutgoing(false).post(url, {}, '')).toEqual({ fault: 'private_address' })
  expect(receiving.take()).toEqual([])
})
