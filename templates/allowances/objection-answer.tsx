/** How an objection was answered, and the form in which it is: to a published list and to a month alike. */
import { Field, Form, type FormError } from '../form.tsx'
import { Tag } from '../parts.tsx'
import { useWords, type words } from '../words.ts'

interface Answered {
  upheld: boolean | null
  answer: string | null
  answered_by_name: string | null
  answered_at: string | null
}

/** Of the facts of an objection; none while it waits. */
export function answerFacts({ upheld, answer, answered_by_name, answered_at }: Answered, w: ReturnType<typeof words>) {
  if (upheld === null) return []
  const value = (
    <>
      <Tag tone={upheld ? 'bad' : 'good'}>{upheld ? w('成立', 'upheld') : w('不成立', 'not upheld')}</Tag> {answer} ·{' '}
      {answered_by_name} {answered_at}
    </>
  )
  return [{ label: w('答复', 'Answer'), value }]
}

export interface AnswerFormProps {
  action: string
  /** of the objection; several stand on a page */
  id: string
  /** what follows when it is upheld, in words */
  upheld: string
  values: Record<string, string>
  errors: FormError[]
}

export function AnswerForm({ action, id, upheld, values, errors }: AnswerFormProps) {
  const w = useWords()
  return (
    <Form action={action} errors={errors} submit={w('答复', 'Answer')}>
      <Field
        id={`upheld-${id}`}
        label={w('是否成立', 'Upheld')}
        name="upheld"
        type="radio"
        required
        value={values.upheld ?? ''}
        options={[
          { value: 'false', label: w('不成立', 'no') },
          { value: 'true', label: upheld },
        ]}
      />
      <Field
        id={`answer-${id}`}
        label={w('答复', 'Answer')}
        name="answer"
        type="textarea"
        required
        value={values.answer ?? ''}
      />
    </Form>
  )
}
