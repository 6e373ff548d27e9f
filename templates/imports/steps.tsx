/** The four steps every import goes through, the same on each of its pages. */
import type { Lang } from '../../src/platform/errors.ts'
import { Steps } from '../parts.tsx'
import { words } from '../words.ts'

/** `current` counts from 0; 4: all are done. */
export function ImportSteps({ current, lang, template }: { current: number; lang: Lang; template: string }) {
  const w = words(lang)
  return (
    <Steps
      current={current}
      steps={[
        { label: w('下载模板', 'Template'), href: template },
        { label: w('上传', 'Upload') },
        { label: w('核对预览', 'Check') },
        { label: w('完成', 'Done') },
      ]}
    />
  )
}
