// HLS through hls.js: our thin adapter between its events and the engine's state.
import Hls, {
  type ErrorData,
  ErrorDetails,
  ErrorTypes,
  Events,
  type HlsConfig,
  type Level,
  PlaylistLevelType,
} from 'hls.js'
import type { Among } from '../codec'
import type { Addresses, Engine, Report, Start } from '../engine'
import { type Failure, putOff, refusals } from './answers'
import { abrAmong } from './hlsAbr'
import { Folder, loaderOf } from './hlsLoader'
import { causeOf, failureOf, opening, playlists, segments } from './hlsPatience'
import { replaceWhatWasPoor } from './hlsRecovery'

const config: Partial<HlsConfig> = {
  startFragPrefetch: true,
  testBandwidth: false,
  // Most viewers have this much; starting lower shows mush, starting higher shows a spinner.
  abrEwmaDefaultEstimate: 5_000_000,
  // Half a minute outlasts a server that restarts. More, which hls.js takes where segments are small, would have the
  // server make what nobody may ever see, and show a better rung only once the worse one is played out.
  maxBufferLength: 30,
  maxMaxBufferLength: 30,
  backBufferLength: 60,
  // A rung that would not load is left alone this long.
  errorPenaltyExpireMs: 30_000,
  manifestLoadPolicy: opening,
  playlistLoadPolicy: playlists,
  fragLoadPolicy: segments,
}

/** How often what comes may be no film. hls.js leaves it out and goes on, and asks for little more once 30 s are left out. */
const strange = 3

/** How soon what gave up is begun again. */
const restartAfter = 2000

export function hlsSupported(): boolean {
  return Hls.isSupported()
}

/** An id is the folder of a playlist: video/720, audio/0-pt. */
const folderOf = (playlist: string | undefined) => /([^/]+\/[^/]+)\/index\.m3u8/.exec(playlist ?? '')?.[1] ?? ''
const idOf = (level: Level | undefined) => folderOf(level?.uri)

export function openHls(
  video: HTMLVideoElement,
  source: Addresses,
  start: Start,
  report: Report,
  among?: Among,
): Engine {
  let { allowed, sound } = start
  let recoveries: number[] = []
  let stopped = false
  let gaveUp = false
  /** How often nothing usable came, of the picture and of the sound, since something did. */
  const denied = new Map<PlaylistLevelType, { times: number; since: number }>()
  let restart: ReturnType<typeof setTimeout>
  const folder = new Folder()
  folder.move(source.player)
  const hls = new Hls({
    ...config,
    loader: loaderOf(folder),
    abrController: abrAmong((level) => allowed.has(idOf(level)) && (among?.automatic.has(idOf(level)) ?? true)),
    startPosition: start.at > 0 ? start.at : -1,
  })

  hls.on(Events.MANIFEST_PARSED, () => {
    // Nothing is loaded yet. What is left out would stand in the menu twice, and be stepped to by itself.
    for (let index = hls.levels.length - 1; among && index >= 0; index--) {
      if (!among.offered.has(idOf(hls.levels[index]))) hls.removeLevel(index)
    }
    report({ offered: hls.levels.map(idOf), trouble: null })
  })
  replaceWhatWasPoor(hls)
  hls.on(Events.LEVEL_SWITCHED, (_, { level }) => report({ playing: idOf(hls.levels[level]) }))
  hls.on(Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) => {
    report({
      audio: audioTracks.map((track) => ({ id: folderOf(track.url), label: track.name, language: track.lang })),
    })
    // Before the first one is loaded.
    if (sound && hls.audioTrack < 0) chooseSound(sound)
  })
  hls.on(Events.AUDIO_TRACK_SWITCHED, (_, { id }) => report({ chosenAudio: folderOf(hls.audioTracks[id]?.url) }))
  hls.on(Events.FRAG_BUFFERED, (_, { frag }) => {
    // hls.js says so too of what it could make nothing of.
    if (!Object.values(frag.elementaryStreams).some(Boolean)) return
    denied.delete(frag.type)
    report({ trouble: null })
  })
  hls.on(Events.ERROR, (_, error) => {
    // A rung that cannot be had at all is left, whoever chose it.
    if (hls.autoLevelEnabled) report({ chosen: 'auto' })
    const failure = failureOf(error)
    if (failure === 'network' || failure === 'expired') report({ trouble: failure, cause: causeOf(error) })
    if (error.fatal && failure && failure !== 'refused') restartLater()
    else if (error.fatal || isHopeless(failure, error)) giveUp(error)
  })

  function chooseSound(id: string) {
    sound = id
    const index = hls.audioTracks.findIndex((track) => folderOf(track.url) === id)
    if (index >= 0) hls.audioTrack = index
  }

  function isHopeless(failure: Failure | undefined, { details, frag }: ErrorData): boolean {
    if (failure !== 'refused' && failure !== 'busy') return false
    const of = frag?.type ?? PlaylistLevelType.MAIN
    const most = details === ErrorDetails.FRAG_PARSING_ERROR ? strange : refusals
    const now = performance.now()
    const { times, since } = denied.get(of) ?? { times: 0, since: now }
    const refused = failure === 'refused' ? times + 1 : times
    denied.set(of, { times: refused, since })
    return refused >= most || now - since > putOff
  }

  function giveUp(error: ErrorData) {
    // A decoder that stumbled usually gets up again; one that stumbles three times in ten seconds will not.
    const now = performance.now()
    recoveries = [...recoveries.filter((at) => now - at < 10_000), now]
    if (error.fatal && error.type === ErrorTypes.MEDIA_ERROR && recoveries.length < 3) return hls.recoverMediaError()
    hls.stopLoad()
    gaveUp = true
    const unsupported = error.type === ErrorTypes.MEDIA_ERROR && hls.levels.length === 0
    report({ trouble: unsupported ? 'unsupported' : 'media', cause: causeOf(error) })
  }

  /**
   * hls.js keeps sound that is ahead of its picture out of the buffer, and asks for no other until that is in: after a
   * seek the sound of the new place would wait until the picture of it was made. To flush the buffer releases what is
   * kept; flushed is what lies beyond any end, which is nothing.
   */
  function releaseSound() {
    if (hls.audioTrack < 0 || hls.mainForwardBufferInfo?.len) return
    hls.trigger(Events.BUFFER_FLUSHING, { type: 'audio', startOffset: Infinity, endOffset: Infinity })
  }

  function restartLater() {
    stopped = true
    clearTimeout(restart)
    restart = setTimeout(begin, restartAfter)
  }

  function begin() {
    stopped = false
    clearTimeout(restart)
    if (hls.levels.length === 0) hls.loadSource(source.player)
    else hls.startLoad(video.currentTime)
  }

  /** From the first request on: of what it could make nothing of, hls.js would ask for nothing again. */
  function beginAnew() {
    gaveUp = false
    hls.config.startPosition = video.currentTime || hls.config.startPosition
    report({ chosen: 'auto' })
    hls.loadSource(source.player)
  }

  hls.attachMedia(video)
  video.addEventListener('seeking', releaseSound)
  begin()

  return {
    chooseRung(id) {
      // Somebody who chooses wants to see it now; going back to automatic is no reason to throw anything away.
      if (id === 'auto') hls.loadLevel = -1
      else hls.nextLevel = hls.levels.findIndex((level) => idOf(level) === id)
      report({ chosen: id })
    },
    chooseAudio: chooseSound,
    allow(rungs) {
      allowed = rungs
    },
    startNear(seconds) {
      const starts = hls.levels[hls.loadLevel]?.details?.fragments.map(({ start }) => start) ?? []
      return starts.toSorted((one, other) => Math.abs(one - seconds) - Math.abs(other - seconds))[0]
    },
    move(to) {
      folder.move(to.player)
      report({ trouble: null })
      if (stopped) begin()
    },
    retry() {
      report({ trouble: null })
      recoveries = []
      denied.clear()
      if (gaveUp) beginAnew()
      else begin()
      void video.play().catch(() => {})
    },
    destroy() {
      clearTimeout(restart)
      video.removeEventListener('seeking', releaseSound)
      hls.destroy()
    },
  }
}
