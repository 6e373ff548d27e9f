/** The editor of a layout: every item a block of fields, with buttons that need no scripts. */
import { useContext } from 'hono/jsx'
import type { ItemType } from '../../src/credentials/certificate-layout.ts'
import { type LayoutDraft, valuesOf } from '../../src/credentials/layout-form.ts'
import { ALIGN_NAMES, FIELD_NAMES, FONT_NAMES, ITEM_NAMES, VALUE_NAMES } from '../../src/credentials/layout-words.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { choices } from '../people/parts.tsx'
import { Language, useWords, words } from '../words.ts'
import { PDF_VIEW, Sheet } from './layout-parts.tsx'

export interface LayoutEditorProps {
  frame: Frame
  /** the version from which the editing began */
  from: { id: string; name: string; version: number; kind: string; own: boolean }
  draft: LayoutDraft
  values: { name: string; reason: string }
  /** an item that a button has just added or moved, to be open */
  open: number | null
  errors: FormError[]
}

export function LayoutEditor({ frame, from, draft, values, open, errors }: LayoutEditorProps) {
  const w = words(frame.lang)
  const here = `/console/certificate-layouts/${from.id}`
  const faulty = (index: number) => errors.some(({ pointer }) => pointer.startsWith(`/items/${index}`))
  return (
    <Page
      {...frame}
      heading={w(`编辑版式“${from.name}”`, `Edit the layout “${from.name}”`)}
      back={{ href: here, label: w(`${from.name} 第 ${from.version} 版`, `${from.name}, version ${from.version}`) }}
    >
      <p class="quiet">
        {w(
          `改完存为新的一版${from.own ? '' : '（本机构自己的版式）'}，原来各版不变；启用以后才用于发证。位置从页面左上角量起，单位毫米；后面的项盖在前面的项上。`,
          `Saving makes a version of its own${from.own ? '' : ' of your institution'}; the others stay, and it is printed once it is put in force. Places are in mm from the top left; later items lie over earlier ones.`,
        )}
      </p>
      <div class="editor">
        <div>
          <Sheet src={`${here}/preview.pdf`} name="preview" />
        </div>
        <Form action={`${here}/edit`} errors={errors} submit={w('存为新的一版', 'Save as a new version')} cancel={here}>
          <input type="hidden" name="kind" value={from.kind} />
          <div class="actions pinned">
            {/* the first button of the form: what Enter presses */}
            <button
              type="submit"
              class="button"
              formaction={`/console/certificate-layouts/preview${PDF_VIEW}`}
              formtarget="preview"
            >
              {w('预览改动', 'Preview the changes')}
            </button>
          </div>
          <div class="values">
            <div class="wide">
              <Field label={w('版式名称', 'Name')} name="name" required value={values.name} />
            </div>
            <Field
              label={w('页宽 mm', 'Page width mm')}
              name="page.w"
              value={`${draft.page.w ?? ''}`}
              attributes={DECIMAL}
            />
            <Field
              label={w('页高 mm', 'Page height mm')}
              name="page.h"
              value={`${draft.page.h ?? ''}`}
              attributes={DECIMAL}
            />
          </div>
          <FieldHelp />
          <div class="items">
            {draft.items.map((item, index) => (
              <Item item={item} index={index} last={draft.items.length - 1} open={open === index || faulty(index)} />
            ))}
          </div>
          <div class="values">
            <Field
              label={w('再加一项', 'Another item')}
              name="type"
              type="select"
              options={choices(ITEM_NAMES, frame.lang)}
            />
            <div class="actions">
              <button type="submit" class="button" name="press" value="add">
                {w('添加', 'Add')}
              </button>
            </div>
          </div>
          <details>
            <summary>{w('常用字（加快批量发证）', 'Common characters (for speed)')}</summary>
            <p class="hint">
              {w(
                '几乎每张证书都有的字，字体只做一次；漏了也能印。',
                'Characters of nearly every certificate: their font is made once. Others are printed all the same.',
              )}
            </p>
            <Field
              label={inLanguage(frame.lang, FONT_NAMES.serif!)}
              name="common.serif"
              type="textarea"
              value={`${draft.common.serif ?? ''}`}
            />
            <Field
              label={inLanguage(frame.lang, FONT_NAMES.sans!)}
              name="common.sans"
              type="textarea"
              value={`${draft.common.sans ?? ''}`}
            />
          </details>
          <Field label={w('为什么改', 'Why')} name="reason" type="textarea" required value={values.reason} />
        </Form>
      </div>
    </Page>
  )
}

const DECIMAL = { inputmode: 'decimal', autocomplete: 'off' }

/** One item; its number, kind and text stand in its heading. */
function Item({
  item,
  index,
  last,
  open,
}: {
  item: Record<string, unknown>
  index: number
  last: number
  open: boolean
}) {
  const w = useWords()
  const name = ITEM_NAMES[item.t as ItemType]
  const text = [item.zh, item.v].filter((part) => typeof part === 'string' && part !== '').join(' ')
  return (
    <details class="item" open={open} id={`field-items.${index}`}>
      <summary>
        <span>
          {index + 1} · {name ? w(name.zh, name.en) : String(item.t)}
        </span>{' '}
        <span class="quiet">{text.length > 28 ? `${text.slice(0, 28)}…` : text}</span>
      </summary>
      <input type="hidden" name={`items.${index}.t`} value={String(item.t)} />
      <div class="values">
        {valuesOf(String(item.t)).map((key) => (
          <Value item={item} index={index} name={key} />
        ))}
      </div>
      <div class="actions">
        <Press value={`up:${index}`} disabled={index === 0}>
          {w('往前移', 'Earlier')}
        </Press>
        <Press value={`down:${index}`} disabled={index === last}>
          {w('往后移', 'Later')}
        </Press>
        <Press value={`remove:${index}`}>{w('删除这一项', 'Remove')}</Press>
      </div>
    </details>
  )
}

function Press({ value, disabled, children }: { value: string; disabled?: boolean; children?: unknown }) {
  return (
    <button type="submit" class="link" name="press" value={value} disabled={disabled}>
      {children as string}
    </button>
  )
}

function Value({ item, index, name }: { item: Record<string, unknown>; index: number; name: string }) {
  const lang = useContext(Language)
  const { as, ...label } = VALUE_NAMES[name]!
  const common = { label: inLanguage(lang, label), name: `items.${index}.${name}` }
  const value = item[name] === undefined ? '' : String(item[name])
  switch (as) {
    case 'tick':
      return <Field {...common} type="checkbox" checked={item[name] === true} />
    case 'font':
      return <Field {...common} type="select" value={value || 'serif'} options={choices(FONT_NAMES, lang)} />
    case 'align':
      return <Field {...common} type="select" value={value || 'left'} options={choices(ALIGN_NAMES, lang)} />
    case 'colour':
      return <Field {...common} value={value || '#1f1b18'} attributes={{ autocomplete: 'off', maxlength: 7 }} />
    case 'text':
      return item.t === 'paragraph' ? (
        <div class="wide">
          <Field {...common} type="textarea" value={value} />
        </div>
      ) : (
        <div class="wide">
          <Field {...common} value={value} attributes={{ autocomplete: 'off' }} />
        </div>
      )
    default:
      return <Field {...common} value={value} attributes={DECIMAL} />
  }
}

/** What may be written between braces. */
function FieldHelp() {
  const w = useWords()
  return (
    <details>
      <summary>{w('内容里可以写的字段', 'Fields that texts may have')}</summary>
      <dl class="facts">
        {Object.entries(FIELD_NAMES).map(([name, field]) => (
          <div>
            <dt>{w(field.zh, field.en)}</dt>
            <dd>
              <code>{`{{${name}}}`}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
