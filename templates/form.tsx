/** Forms that say every fault in words beside its field, keep what was typed, and work without scripts. */
import { raw } from 'hono/html'
import { type Child, createContext, type PropsWithChildren, useContext } from 'hono/jsx'
import { IdPrefix } from './field-ids.ts'
import { useWords } from './words.ts'

/** `pointer` is the JSON pointer of the value: `/id_number`, `/rows/3/score`. */
export interface FormError {
  pointer: string
  message: string
}

const Errors = createContext<FormError[]>([])
/** What the fields of the form are called, which each says as it is drawn. */
const Labels = createContext(new Map<string, string>())

export interface FormProps {
  action: string
  errors?: FormError[] | undefined
  submit: string
  /** where 取消 leads */
  cancel?: string | undefined
  danger?: boolean
  /** for files: multipart */
  upload?: boolean
}

/** A form that posts; its fields find their own errors. */
export function Form({ action, errors = [], submit, cancel, danger, upload, children }: PropsWithChildren<FormProps>) {
  const w = useWords()
  const labels = new Map<string, string>()
  const fields = (
    <Labels.Provider value={labels}>
      <Errors.Provider value={errors}>{children}</Errors.Provider>
    </Labels.Provider>
  )
  // drawn before the summary above them, which names the fields
  const drawn = errors.length > 0 ? raw(String(fields)) : fields
  return (
    <form method="post" action={action} class="form" enctype={upload ? 'multipart/form-data' : undefined} novalidate>
      <ErrorSummary errors={errors} labels={labels} />
      {drawn}
      <div class="actions">
        <button type="submit" class={danger ? 'button danger' : 'button primary'}>
          {submit}
        </button>
        {cancel && (
          <a class="button" href={cancel}>
            {w('取消', 'Cancel')}
          </a>
        )}
      </div>
    </form>
  )
}

/** All faults at once, each a link to its field; takes the focus when the page opens with it. */
export function ErrorSummary({ errors, labels }: { errors: FormError[]; labels?: Map<string, string> }) {
  const w = useWords()
  const prefix = useContext(IdPrefix)
  const named = ({ pointer, message }: FormError) => {
    const label = labels?.get(fieldName(pointer))
    return label && !message.includes(label) ? `${label}${w('：', ': ')}${message}` : message
  }
  if (errors.length === 0) return null
  return (
    <div class="notice bad errors" role="alert" tabindex={-1}>
      <span class="sign" aria-hidden="true">
        ✕
      </span>
      <div>
        <strong>
          {w(`有 ${errors.length} 处需要改正，内容还没有保存`, `Not saved yet: ${errors.length} to correct`)}
        </strong>
        <ul>
          {errors.map((error) => (
            <li>
              {error.pointer ? <a href={`#${prefix}-${fieldName(error.pointer)}`}>{named(error)}</a> : error.message}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

export interface Option {
  value: string
  label: string
}

export interface FieldProps {
  label: string
  /** unique on the page, or give an `id` */
  name: string
  id?: string
  type?:
    | 'text'
    | 'search'
    | 'password'
    | 'date'
    | 'month'
    | 'number'
    | 'email'
    | 'tel'
    | 'url'
    | 'file'
    | 'textarea'
    | 'select'
    | 'radio'
    | 'choices'
    | 'checkbox'
  value?: string | number | null | undefined
  /** of `choices`, several of which may be on */
  values?: string[]
  /** a tick box that is on */
  checked?: boolean
  hint?: Child
  /** beside the field; without it the enclosing form's errors are searched */
  error?: string | undefined
  required?: boolean
  /** of a select (a value not among them, such as '', is offered by listing it) or of radio buttons */
  options?: Option[]
  /** further attributes of the control: autocomplete, inputmode, maxlength, accept, min, max, step, readonly */
  attributes?: Record<string, string | number | boolean | undefined>
}

export function Field(props: FieldProps) {
  const w = useWords()
  const { name, label, hint, type = 'text' } = props
  const id = props.id ?? `${useContext(IdPrefix)}-${name}`
  const formErrors = useContext(Errors)
  useContext(Labels).set(name, label)
  const error = props.error ?? formErrors.find(({ pointer }) => fieldName(pointer) === name)?.message
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  const common = {
    id,
    name,
    required: props.required,
    'aria-describedby': described,
    'aria-invalid': error ? ('true' as const) : undefined,
    ...props.attributes,
  }
  const notes = (
    <>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          <span aria-hidden="true">✕ </span>
          {error}
        </p>
      )}
    </>
  )
  const title = (
    <>
      {label}
      {props.required && <span class="required">{w('必填', 'required')}</span>}
    </>
  )
  if (type === 'checkbox')
    return (
      <div class="field">
        <label class="tick">
          <input type="checkbox" value={props.value ?? 'true'} checked={props.checked} {...common} /> {title}
        </label>
        {notes}
      </div>
    )
  if (type === 'radio' || type === 'choices')
    return (
      <fieldset class="field" id={id} aria-describedby={described}>
        <legend>{title}</legend>
        {notes}
        {props.options?.map((option) => (
          <label class="tick">
            <input
              type={type === 'radio' ? 'radio' : 'checkbox'}
              name={name}
              value={option.value}
              checked={(props.values ?? [`${props.value ?? ''}`]).includes(option.value)}
            />
            {option.label}
          </label>
        ))}
      </fieldset>
    )
  return (
    <div class="field">
      <label for={id}>{title}</label>
      {notes}
      {type === 'textarea' ? (
        <textarea rows={3} {...common}>
          {props.value ?? ''}
        </textarea>
      ) : type === 'select' ? (
        <select {...common}>
          {props.options?.map((option) => (
            <option value={option.value} selected={option.value === `${props.value ?? ''}`}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <input type={type} value={props.value ?? undefined} {...common} />
      )}
    </div>
  )
}

/**
 * A confirmation page's form for what pays, issues or revokes: `children` name the consequence and the figures,
 * then a reason where one is due. Posts `reason`, and `note` beside a list of reasons.
 */
export function Confirm({
  reason,
  children,
  ...form
}: PropsWithChildren<
  FormProps & { reason?: { label: string; value?: string | undefined; options?: Option[] } | undefined }
>) {
  const w = useWords()
  return (
    <div class={form.danger ? 'card confirm danger' : 'card confirm'}>
      {children}
      <Form {...form}>
        {reason &&
          (reason.options ? (
            <>
              <Field name="reason" type="select" required {...reason} />
              <Field name="note" type="textarea" label={w('补充说明', 'Note')} />
            </>
          ) : (
            <Field name="reason" type="textarea" required {...reason} />
          ))}
      </Form>
    </div>
  )
}

/** `/rows/3/score` → `rows.3.score` */
function fieldName(pointer: string): string {
  return pointer.replace(/^\//, '').replaceAll('/', '.')
}
