import { render } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { Picture } from './Picture'

const art = { url: '/images/poster-{width}.{format}?v=1', widths: [200, 400] }

test('a picture in several widths is offered in both formats, the smaller one first', () => {
  const { container } = render(<Picture src={art} sizes="33vw" />)
  const source = container.querySelector('source')
  expect(source).toHaveAttribute('type', 'image/avif')
  expect(source).toHaveAttribute('srcset', '/images/poster-200.avif?v=1 200w, /images/poster-400.avif?v=1 400w')
  const image = container.querySelector('img')
  expect(image).toHaveAttribute('srcset', '/images/poster-200.webp?v=1 200w, /images/poster-400.webp?v=1 400w')
  expect(image).toHaveAttribute('src', '/images/poster-200.webp?v=1')
  expect(image).toHaveAttribute('sizes', '33vw')
})

test('a picture that does not load is told of', () => {
  const fail = vi.fn()
  const { container } = render(<Picture src="/gone.jpg" onFail={fail} />)
  expect(container.querySelector('source')).toBeNull()
  container.querySelector('img')?.dispatchEvent(new Event('error'))
  expect(fail).toHaveBeenCalledOnce()
})
