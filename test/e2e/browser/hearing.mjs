// What is heard on a page, channel by channel, as it leaves the browser's mixer and as it
// came in.

/** Before anything of the page runs: taps every way from a film into the mixer, and out of it. */
export const listen = (page) =>
  page.addInitScript(() => {
    const taps = {}
    const tap = (name, node) => {
      const split = node.context.createChannelSplitter(6)
      connect.call(node, split)
      taps[name] = Array.from({ length: 6 }, (_, channel) => {
        const meter = node.context.createAnalyser()
        meter.fftSize = 8192
        connect.call(split, meter, channel)
        return meter
      })
    }
    const { connect } = AudioNode.prototype
    AudioNode.prototype.connect = function (...to) {
      if (this instanceof MediaElementAudioSourceNode) tap('film', this)
      if (to[0] instanceof AudioDestinationNode) tap('out', this)
      return connect.apply(this, to)
    }
    /** The power of each channel; undefined where no film goes through the mixer. */
    window.heard = (name) =>
      taps[name]?.map((meter) => {
        const samples = new Float32Array(meter.fftSize)
        meter.getFloatTimeDomainData(samples)
        return samples.reduce((sum, x) => sum + x * x, 0) / samples.length
      })
  })

/**
 * The power of each sound of the film "many-tongues", all channels together: six of them are as loud as they were, or mixed
 * for two loudspeakers by the browser, which leaves them as loud; two of ours are scaled so that nothing is clipped.
 */
const powers = { dubbed: [0.002, 0.003], stereo: [0.011, 0.017], surround: [0.05, 0.2] }

/** Waits until this is what is heard. */
export const hears = (page, sound) =>
  page.waitForFunction(([least, most]) => {
    const power = window.heard('film')?.reduce((sum, one) => sum + one, 0)
    return power > least && power < most
  }, powers[sound])

/** Waits until the mixer turns the film up by this many decibels. */
export const turned = (page, decibels) =>
  page.waitForFunction((want) => {
    const sum = (powers) => powers?.reduce((a, b) => a + b, 0) ?? 0
    const [film, out] = [sum(window.heard('film')), sum(window.heard('out'))]
    return film > 1e-6 && Math.abs(10 * Math.log10(out / film) - want) < 0.3
  }, decibels)
