import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { expect, test } from 'vitest'
import { aBackend } from '../../../test/visit'
import { curve, HeatLine } from './HeatLine'

const here = aBackend()

async function shown(answer: () => Response) {
  let asked = 0
  here.server.use(
    http.get('*/api/videos/v/heat', () => {
      asked++
      return answer()
    }),
  )
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <HeatLine videoId="v" />
    </QueryClientProvider>,
  )
  await waitFor(() => expect(asked).toBe(1))
  return container
}

test('the most watched parts stand highest, and nobody is read a drawing', async () => {
  const parts = Array.from({ length: 100 }, (_, part) => (part >= 40 && part < 60 ? 1 : 0))
  const container = await shown(() => HttpResponse.json({ viewers: 12, parts }))
  await waitFor(() => expect(container.querySelector('svg')).toHaveAttribute('aria-hidden', 'true'))
  expect(container.querySelectorAll('path')).toHaveLength(2)
  const points = curve(parts)
    .split('L')
    .map((point) => point.split(' ').map(Number))
  expect(points).toHaveLength(100)
  expect(points[50]).toEqual([50.51, 4])
  expect(points[10]).toEqual([10.1, 100])
})

test('of a film that few have watched nothing is drawn', async () => {
  const container = await shown(() => HttpResponse.json({ viewers: 3, parts: [] }))
  expect(container).toBeEmptyDOMElement()
})

test('where it cannot be had it is not missed', async () => {
  const container = await shown(() => HttpResponse.json({}, { status: 500 }))
  expect(container).toBeEmptyDOMElement()
})
