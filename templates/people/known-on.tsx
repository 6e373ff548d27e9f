/** Looking at a record as it was known at the end of a day: the form, and the words above what it shows. */
import { Field } from '../form.tsx'
import type { Frame } from '../layout.tsx'
import { Card, Notice } from '../parts.tsx'
import { words } from '../words.ts'

export function KnownOnNotice({ frame, path, day }: { frame: Frame; path: string; day: string }) {
  const w = words(frame.lang)
  return (
    <Notice tone="info">
      {w(
        `以下任职、学历、培训、证书、学时、处理和津贴为 ${day} 终了时所知，之后的登记和更正不在其中。`,
        `What follows is what was known at the end of ${day}, without what was recorded or corrected later.`,
      )}{' '}
      <a href={path}>{w('回到现在', 'Back to now')}</a>
    </Notice>
  )
}

export function KnownOnForm({ frame, path, day }: { frame: Frame; path: string; day: string | null }) {
  const w = words(frame.lang)
  return (
    <Card title={w('按当时所知查看', 'As it was known')}>
      <form method="get" action={path} class="form">
        <Field label={w('日期', 'Day')} name="known_on" type="date" value={day} required />
        <div class="actions">
          <button type="submit" class="button">
            {w('查看', 'Show')}
          </button>
        </div>
      </form>
    </Card>
  )
}
