/** Rows as people may see them: numbers masked unless they are what is wrong, reasons in the reader's language. */
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { OpenedRow } from './queries.ts'
import type { ImportKind, RowFault } from './rules.ts'

export function viewRow({ columns }: ImportKind<unknown>, { content, ...row }: OpenedRow, lang: Lang) {
  const { cells = {}, before = {}, faults = [], warnings = [] } = content ?? {}
  const wrong = new Set(faults.map(({ column }) => column))
  const inWords = ({ column, code, message }: RowFault) => ({
    column,
    header: columns.find(({ key }) => key === column)!.header,
    code,
    message: inLanguage(lang, message),
  })
  return {
    ...row,
    cells: Object.fromEntries(
      columns.map(({ key, mask }) => {
        const text = cells[key] ?? ''
        return [key, mask && text !== '' && !wrong.has(key) ? mask(text) : text]
      }),
    ),
    before,
    faults: faults.map(inWords),
    warnings: warnings.map(inWords),
  }
}
