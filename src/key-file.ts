/** The key file of the embedded database: the current key on its first line, old ones below, readable by its owner only. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { ConfigFault, sharedKeyId } from './config.ts'
import { bytesToBase64 } from './platform/bytes.ts'
import { readKey } from './platform/vault.ts'

/** The current key first. Made once; whoever loses the file cannot read the ID numbers any more. */
export function keptKeys(dataDir: string): [string, ...string[]] {
  const file = join(dataDir, 'huyu.key')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    write(file, [newBytes()])
  }
  const keys = readFileSync(file, 'utf8').trim().split(/\s+/)
  if (!keys.every((key) => readKey(key)) || sharedKeyId(keys))
    throw new ConfigFault(
      `密钥文件 ${file} 已损坏，请从备份恢复 / the key file ${file} is damaged: restore it from a backup`,
    )
  return keys as [string, ...string[]]
}

/** Puts a new key with the next free id before the others, which stay to open what they sealed. */
export function addKey(dataDir: string): [string, ...string[]] {
  const keys = keptKeys(dataDir)
  const numbers = keys.map((key) => Number(/^k(\d+)$/.exec(readKey(key)!.id)?.[1] ?? 1))
  const added: [string, ...string[]] = [`k${Math.max(...numbers) + 1}:${newBytes()}`, ...keys]
  write(join(dataDir, 'huyu.key'), added)
  return added
}

function newBytes(): string {
  return bytesToBase64(crypto.getRandomValues(new Uint8Array(32)))
}

/** The old file is there until the new one is whole on the disk: a key lost half-way would be everything lost. */
function write(file: string, keys: string[]): void {
  const part = `${file}.new`
  const open = openSync(part, 'w', 0o600)
  try {
    chmodSync(part, 0o600)
    writeSync(open, `${keys.join('\n')}\n`)
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
  renameSync(part, file)
}
