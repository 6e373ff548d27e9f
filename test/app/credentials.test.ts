/** Certificates: issuing, files, revoking, replacing, looking up and checking, over JSON and the console. */
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runSlice } from '../../src/jobs/actions.ts'
import { jobHandlers } from '../../src/app.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import { namePinyin } from '../../src/platform/pinyin.ts'
import { type World, world } from '../support/world.ts'

const ISSUED_ON = '2026-11-20'
const names = (count: number) => Array.from({ length: count }, (_, at) => `学员${'甲乙丙丁戊己庚辛壬癸'[at % 10]}${at}`)

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())
