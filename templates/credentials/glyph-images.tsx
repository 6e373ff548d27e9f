/** Pictures of characters that the certificate typefaces lack, and the form for another. */
import { localDate } from '../../src/platform/calendar.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface GlyphImagesProps {
  frame: Frame
  items: {
    id: string
    character: string
    description: string
    organisation_name: string | null
    reason: string
    uploaded_by_name: string | null
    known_from: Date
  }[]
  may_edit: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function GlyphImages({ frame, items, may_edit, values, errors }: GlyphImagesProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('缺字图', 'Glyph images')}
      back={{ href: '/console/certificate-layouts', label: w('证书版式', 'Certificate layouts') }}
    >
      <p class="quiet">
        {w(
          '证书字体里没有的字，用图片印；复制文字仍得到原字。同一个字以最新的一张为准，已签发的证书不变。',
          'What the typefaces lack is printed from a picture and still copied as the character. The latest picture counts; what is issued stays as it is.',
        )}
      </p>
      <Table
        caption={w('缺字图', 'Glyph images')}
        empty={w('还没有缺字图。', 'There are none.')}
        columns={[
          { key: 'character', label: w('字', 'Character') },
          { key: 'picture', label: w('图片', 'Picture') },
          { key: 'description', label: w('字形', 'How it is made up') },
          { key: 'whose', label: w('用于', 'For') },
          { key: 'reason', label: w('依据', 'Why') },
          { key: 'by', label: w('上传', 'Uploaded') },
        ]}
        rows={items.map((one) => ({
          cells: {
            character: (
              <>
                {one.character} <code>U+{one.character.codePointAt(0)!.toString(16).toUpperCase()}</code>
              </>
            ),
            picture: (
              <img
                class="glyph"
                src={`/console/glyph-images/${one.id}/image.png`}
                alt={one.character}
                width={40}
                height={40}
                loading="lazy"
              />
            ),
            description: one.description,
            whose: one.organisation_name ?? w('全体机构通用', 'everybody'),
            reason: one.reason,
            by: `${localDate(one.known_from)} ${one.uploaded_by_name ?? ''}`,
          },
        }))}
      />
      {may_edit && (
        <Card title={w('上传一个字', 'Upload a character')}>
          <Form action="/console/glyph-images" errors={errors} submit={w('上传', 'Upload')} upload>
            <Field
              label={w('字', 'Character')}
              name="character"
              required
              value={values.character}
              hint={w('输入这个字，或它的编码，如 U+30EDD', 'The character, or its code such as U+30EDD')}
              attributes={{ autocomplete: 'off' }}
            />
            <Field
              label={w('字形', 'How it is made up')}
              name="description"
              required
              value={values.description}
              hint={w('如 ⿰氵每，或“左水右每”', 'Such as ⿰氵每, or in words')}
            />
            <Field
              label={w('图片', 'Picture')}
              name="png"
              type="file"
              required
              hint={w(
                'PNG，白底或透明底黑字，宋体，500 × 500 像素左右；四周空白会自动去掉',
                'PNG, black on white or on nothing, about 500 × 500 pixels; the margin is cut away',
              )}
              attributes={{ accept: 'image/png,.png' }}
            />
            <Field
              label={w('依据', 'Why')}
              name="reason"
              required
              value={values.reason}
              hint={w('谁的姓名，核对了什么证件', 'Whose name, and which document was looked at')}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}
