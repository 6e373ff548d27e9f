/** Many certificates at once: the ZIP of the files that count in law, and the one PDF for a print shop. */
import type { Lang } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Notice } from '../parts.tsx'
import { words } from '../words.ts'

interface FileLinksProps {
  lang: Lang
  count: number
  /** of all files together, where that is known */
  bytes?: number | null
  zip: string
  print: string
  limits: { zip: number; print: number }
}

/** Both ways to take many, and what each is for. */
export function FileLinks({ lang, count, bytes = null, zip, print, limits }: FileLinksProps) {
  const w = words(lang)
  const many = (number: number) => number.toLocaleString('en-US')
  return (
    <>
      <Card title={w('压缩包（每人一个 PDF）', 'ZIP (one PDF each)')}>
        <p>
          {w(
            '每张证书一个文件，就是有法律效力的原件，可单独查验。文件名为“姓名-编号.pdf”。',
            'One file a certificate: the originals, each of which can be verified. Named “name-number.pdf”.',
          )}
        </p>
        <p>
          <DownloadLink href={zip} note={bytes === null ? 'ZIP' : `ZIP, ${megabytes(bytes)}`}>
            {w(`下载 ${many(count)} 个 PDF`, `Download ${many(count)} PDFs`)}
          </DownloadLink>
        </p>
      </Card>
      <Card title={w('打印文件（合并为一个 PDF）', 'Print file (one PDF)')}>
        <p>
          {w(
            '所有证书合成一个文件，字体和底版只存一份，交给印刷厂打印用。合并文件不带签名，有法律效力的是单张 PDF。',
            'All certificates in one file that shares fonts and background, for the print shop. It carries no signature: the single PDFs are the originals.',
          )}
        </p>
        {count > limits.print ? (
          <Notice tone="warn">
            {w(
              `一个打印文件最多 ${many(limits.print)} 张，请按班级、批次或等级分开。`,
              `A print file holds at most ${many(limits.print)} certificates: divide them by class, batch or level.`,
            )}
          </Notice>
        ) : (
          <p>
            <DownloadLink href={print} note="PDF">
              {w(`下载 ${many(count)} 页打印文件`, `Download a print file of ${many(count)} pages`)}
            </DownloadLink>
          </p>
        )}
      </Card>
    </>
  )
}

export interface DownloadFilesProps extends Omit<FileLinksProps, 'lang'> {
  frame: Frame
  back: string
  refusal: string | null
}

export function DownloadFiles({ frame, back, count, refusal, ...links }: DownloadFilesProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('批量下载证书', 'Download certificates')}
      back={{ href: back, label: w('证书', 'Certificates') }}
    >
      {refusal ? (
        <Notice tone="warn">
          {refusal} <a href={back}>{w('回到列表', 'Back to the list')}</a>
        </Notice>
      ) : (
        <>
          <p>
            {w(
              `符合列表条件的证书共 ${count.toLocaleString('en-US')} 张。下载会记入操作记录。`,
              `${count.toLocaleString('en-US')} certificates match the list. The download is recorded.`,
            )}
          </p>
          <FileLinks lang={frame.lang} count={count} {...links} />
        </>
      )}
    </Page>
  )
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
