import { useLingui } from '@lingui/react/macro'
import { clock } from '@/lib/time'
import { chapterAt } from '../chapters'
import { useElement } from '../element'
import type { Chapter } from '../Player'
import { Aside, Column, Option } from './Column'

/** The film's chapters, and the way to each. */
export function ChapterColumn({ chapters }: { chapters: readonly Chapter[] }) {
  const { t } = useLingui()
  const store = useElement()
  const now = useElement((state) => chapterAt(chapters, state.currentTime))
  if (chapters.length === 0) return null
  return (
    <Column title={t`Chapters`}>
      {chapters.map((one, index) => (
        <Option key={one.startSeconds} chosen={one === now} choose={() => store.seek(one.startSeconds).catch(() => {})}>
          <span className="max-w-60 truncate">{one.title || index + 1}</span>{' '}
          <Aside>{clock(Math.round(one.startSeconds))}</Aside>
        </Option>
      ))}
    </Column>
  )
}
