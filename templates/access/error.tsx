/** A refused call as a page: what happened and the way on. */
import { type Frame, Page, PublicPage } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'

export interface ErrorPageProps {
  frame: Frame
  status: number
  message: string
  faults: string[]
}

export function ErrorPage({ frame, status, message, faults }: ErrorPageProps) {
  const w = words(frame.lang)
  const heading =
    status === 404
      ? w('没有找到', 'Not found')
      : status === 403
        ? w('没有权限', 'Not allowed')
        : status >= 500
          ? w('出了问题', 'Something went wrong')
          : w('没有完成', 'Not done')
  const body = (
    <>
      <Notice tone="bad">
        <p>{message}</p>
        {faults.length > 0 && (
          <ul>
            {faults.map((fault) => (
              <li>{fault}</li>
            ))}
          </ul>
        )}
      </Notice>
      <p>
        <a class="button" href={frame.actor ? '/console' : '/console/sign-in'}>
          {frame.actor ? w('回到工作台', 'Back to home') : w('去登录', 'Sign in')}
        </a>
      </p>
    </>
  )
  return frame.actor ? (
    <Page {...frame} heading={heading}>
      {body}
    </Page>
  ) : (
    <PublicPage {...frame} heading={heading}>
      {body}
    </PublicPage>
  )
}
