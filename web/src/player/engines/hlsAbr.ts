// hls.js's own bandwidth rule, held to the levels that may be played: see pickLevel. It is asked before every segment,
// so a level that becomes allowed is taken at the next one, and nothing that is buffered is thrown away.
import { AbrController, type ErrorData, ErrorDetails, type Events, type FragBufferedData, type Level } from 'hls.js'
import { pickLevel } from '../ladder'
import { isPicture } from './hlsRecovery'

export function abrAmong(allowed: (level: Level) => boolean): typeof AbrController {
  return class extends AbrController {
    /** Before the first segment the estimate is only a guess, and a guess forbids nothing. */
    private measured = false

    protected override onFragBuffered(event: Events.FRAG_BUFFERED, data: FragBufferedData): void {
      super.onFragBuffered(event, data)
      this.heed(data)
      this.measured ||= this.bwEstimator.canEstimate()
    }

    /**
     * hls.js weighs what it measures by how long that took, so that a line which became fast is hardly believed: what comes
     * fast takes no time. A segment says as much of the line as it lasts, and at most that it is four times what it was
     * thought to be: one out of a cache says nothing of the line.
     */
    private heed({ frag, part, stats }: FragBufferedData): void {
      if (part || stats.aborted || !isPicture(frag) || !this.bwEstimator.canEstimate()) return
      const { loading, parsing, loaded } = stats
      const took =
        parsing.end - loading.start - Math.min(loading.first - loading.start, this.bwEstimator.getEstimateTTFB())
      const left = 1000 * frag.duration - Math.max(took, 50)
      const carried = Math.min((8000 * loaded) / Math.max(took, 50), 4 * this.bwEstimator.getEstimate())
      if (left > 0) this.bwEstimator.sample(left, (carried * left) / 8000)
    }

    /** A segment nobody sends any more is not a slow one: waiting for the server to return must not cost quality. */
    protected override onError(event: Events.ERROR, data: ErrorData): void {
      super.onError(event, data)
      if (data.details === ErrorDetails.FRAG_LOAD_ERROR) this.clearTimer()
    }

    override get firstAutoLevel(): number {
      return this.among(super.firstAutoLevel)
    }

    override get nextAutoLevel(): number {
      return this.among(super.nextAutoLevel)
    }

    override set nextAutoLevel(level: number) {
      super.nextAutoLevel = level
    }

    private among(wanted: number): number {
      if (!this.hls?.levels.length) return wanted
      const { levels, config } = this.hls
      return pickLevel(
        levels.map((level) => ({
          allowed: allowed(level),
          failing: level.loadError > 0 && performance.now() - level.loadErrorTime < config.errorPenaltyExpireMs,
          bitrate: level.averageBitrate,
        })),
        wanted,
        this.measured ? this.bwEstimator.getEstimate() : undefined,
      )
    }
  }
}
