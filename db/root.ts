/** Where the repository lies on disk, from the sources and from the built files alike. Node only. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const root = ascend(import.meta.dirname)

function ascend(directory: string): string {
  return existsSync(join(directory, 'package.json')) ? directory : ascend(dirname(directory))
}
