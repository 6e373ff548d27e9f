/** The page that downloads what a list of certificates shows: as a ZIP of the files, or as one PDF for a print shop. */
import { DownloadFiles } from '../../templates/credentials/files.tsx'
import { frameOf, type PageCall, page } from '../access/pages.ts'
import { searchIn } from '../access/searching.ts'
import { inLanguage, Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { wanted } from './console.tsx'
import { FILE_LIMITS, type FileKind, findFiles } from './files.ts'
import { send } from './files-api.ts'
import type { FilesFilter } from './shapes.ts'

const PATH = '/console/certificate-files'
const NONE = { zh: '请先在证书列表里选条件，再下载。', en: 'Choose conditions in the list of certificates first.' }

export function filesConsole(app: App): void {
  page(app, PATH, 'certificate.read', choose)
  page(app, `${PATH}/zip`, 'certificate.read', (call) => download(call, 'zip'))
  page(app, `${PATH}/print`, 'certificate.read', (call) => download(call, 'print'))
}

async function choose(call: PageCall) {
  const { c, db, context } = call
  const lang = c.get('lang')
  const text = new URLSearchParams(searchIn(c)).toString()
  const query = text && `?${text}`
  const filter = filterOf(call)
  const found = filter
    ? await findFiles(db, context, 'zip', filter).catch((error: unknown) => {
        if (error instanceof Refusal) return error
        throw error
      })
    : new Refusal('invalid', 'certificate_files.filter_missing', NONE, {})
  const sizes = found instanceof Refusal ? [] : found.rows.map(({ pdf_bytes }) => pdf_bytes)
  return (
    <DownloadFiles
      frame={frameOf(c, inLanguage(lang, { zh: '批量下载证书', en: 'Download certificates' }))}
      back={`/console/certificates${query}`}
      count={sizes.length}
      bytes={sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + size!, 0)}
      zip={`${PATH}/zip${query}`}
      print={`${PATH}/print${query}`}
      limits={FILE_LIMITS}
      refusal={found instanceof Refusal ? inLanguage(lang, found.words) : null}
    />
  )
}

async function download(call: PageCall, kind: FileKind): Promise<Response> {
  const { c, db, context } = call
  const filter = filterOf(call)
  if (!filter) throw new Refusal('invalid', 'certificate_files.filter_missing', NONE, {})
  return send(c, db, context, kind, await findFiles(db, context, kind, filter))
}

/** The conditions of the list; an institution that names none means its own people. */
function filterOf({ context, query }: PageCall): FilesFilter | null {
  const { limit: _, cursor: __, ...filter } = wanted(query)
  if (Object.values(filter).some((value) => value !== undefined)) return filter
  return context.scope.kind === 'organisation' ? { organisation_id: context.scope.organisation_id } : null
}
