// What the stand-in server tells of how films are watched.
import { HttpResponse, http } from 'msw'
import type { VideoInsight, WatchedVideo } from '@/api/insight'

type Refuse = (status: number, code: string) => Response

export function aWatchedVideo(over: Partial<WatchedVideo> = {}): WatchedVideo {
  return {
    videoId: 'video-1',
    title: 'O Farol de Vidro',
    durationSeconds: 6000,
    viewers: 40,
    playings: 62,
    ...over,
  }
}

const hundred = (value: (part: number) => number) => Array.from({ length: 100 }, (_, part) => value(part))

export function anInsight(over: Partial<VideoInsight> = {}): VideoInsight {
  return {
    videoId: 'video-1',
    title: 'O Farol de Vidro',
    durationSeconds: 6000,
    ever: { viewers: 40, playings: 62 },
    fewestViewers: 10,
    viewers: 40,
    playings: 50,
    completed: 30,
    stalls: 20,
    stalledSeconds: 45,
    startSeconds: 0.42,
    averageSeconds: 4500,
    retention: hundred((part) => 1 - part / 160),
    heat: hundred((part) => (part === 70 ? 1 : 0.5)),
    qualities: [
      { height: 1080, share: 0.8 },
      { height: 480, share: 0.2 },
    ],
    ...over,
  }
}

/** Stands behind what tests for administrators ask. */
export function someInsight(refuse: Refuse) {
  const state = { watched: [] as WatchedVideo[], videos: [] as VideoInsight[] }
  const handlers = [
    http.get('*/api/admin/insight/videos', () => HttpResponse.json({ items: state.watched })),
    http.get('*/api/admin/insight/videos/:id', ({ params }) => {
      const found = state.videos.find((one) => one.videoId === params.id)
      return found ? HttpResponse.json(found) : refuse(404, 'not_found')
    }),
  ]
  return { state, handlers }
}
