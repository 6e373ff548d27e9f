/** The photo of a person and how a new one comes in. */
import { localTime } from '../../src/platform/calendar.ts'
import { Confirm, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty } from '../parts.tsx'
import { words } from '../words.ts'

export interface PhotoProps {
  frame: Frame
  person: { id: string; name: string }
  photo: { sha256: string; bytes: number; width: number; height: number; known_from: Date } | null
  may_open_person: boolean
  errors: FormError[]
}

export function PhotoPage({ frame, person, photo, may_open_person, errors }: PhotoProps) {
  const w = words(frame.lang)
  const path = `/console/people/${person.id}`
  return (
    <Page
      {...frame}
      heading={w(`${person.name} 的照片`, `Photo of ${person.name}`)}
      back={may_open_person ? { href: path, label: person.name } : undefined}
    >
      <div class="halves">
        <Card title={w('现在的照片', 'Present photo')}>
          {photo ? (
            <figure class="photo">
              <img
                src={`${path}/photo.jpg?${photo.sha256.slice(0, 8)}`}
                alt={w('证件照', 'Photo')}
                width={210}
                height={294}
              />
              <figcaption class="quiet">
                {photo.width} × {photo.height} · {Math.ceil(photo.bytes / 1024)} KB · {localTime(photo.known_from)}
              </figcaption>
            </figure>
          ) : (
            <Empty title={w('还没有照片。', 'No photo yet.')} />
          )}
        </Card>
        <Card title={w('上传照片', 'Upload a photo')}>
          <p class="quiet">
            {w(
              '请核对照片是本人。照片加密保存，只印在证书上；拍摄地点、时间等附加信息会去掉。新照片只用于以后签发的证书。',
              'Make sure that it is this person. Photos are kept encrypted and printed on certificates only; place, time and the like are removed. A new photo is for certificates issued from now on.',
            )}
          </p>
          <Form action={`${path}/photo`} errors={errors} submit={w('保存照片', 'Save')} upload>
            <Field
              label={w('照片', 'Photo')}
              name="jpeg"
              type="file"
              required
              hint={w(
                'JPEG，二寸 413 × 579（35 × 49 mm），不超过 500 KB',
                'JPEG, 413 × 579 (35 × 49 mm), at most 500 KB',
              )}
              attributes={{ accept: 'image/jpeg,.jpg,.jpeg' }}
            />
          </Form>
        </Card>
      </div>
      {photo && (
        <Confirm
          danger
          action={`${path}/photo/withdrawal`}
          submit={w('撤回照片', 'Withdraw the photo')}
          reason={{ label: w('撤回理由', 'Reason') }}
        >
          <h2>{w('撤回现在的照片', 'Withdraw the present photo')}</h2>
          <p>
            {w(
              '照片不是本人、不合要求或本人不愿再用时撤回：不再显示，也不再印在以后签发的证书上，此前的一张（如有）重新使用。已签发的证书不变。',
              'When it is somebody else, unfit, or no longer wanted: it is shown and printed no more, and the one before, if any, is used again. Certificates that were issued stay as they are.',
            )}
          </p>
        </Confirm>
      )}
    </Page>
  )
}
