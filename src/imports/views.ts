/** Rows as people may see them: numbers masked unless they are what is wrong, reasons in the reader's language. */
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { KeptRow } from './chunks.ts'
import { matchColumns, shownCells } from './columns.ts'
import type { ImportRow } from './queries.ts'
import type { ImportKind, RowFault } from './rules.ts'

/** How the rows of an import are shown. */
export function rowViewer({ columns }: ImportKind<unknown>, { header }: Pick<ImportRow, 'header'>, lang: Lang) {
  const matched = matchColumns(header, columns)
  const inWords = ({ column, code, message }: RowFault) => ({
    column,
    header: columns.find(({ key }) => key === column)!.header,
    code,
    message: inLanguage(lang, message),
  })
  return ({ row_number, change, cells, before = {}, faults = [], warnings = [] }: KeptRow) => {
    const wrong = new Set(faults.map(({ column }) => column))
    const shown = shownCells(columns, matched, cells)
    return {
      row_number,
      change: change!,
      cells: Object.fromEntries(
        columns.map(({ key, mask }) => {
          const text = shown[key] ?? ''
          return [key, mask && text !== '' && !wrong.has(key) ? mask(text) : text]
        }),
      ),
      before,
      faults: faults.map(inWords),
      warnings: warnings.map(inWords),
    }
  }
}
