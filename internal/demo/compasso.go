package demo

import "fmt"

// compasso: three shots of eight seconds, cut hard: a metronome, a wave of bars, a row
// of pendulums whose periods drift apart and come together.
var compasso = source{
	grain: 4, fade: "black",
	// A tick on every beat, high and low by turns, over a plucked bass that walks.
	tones: tick + "+" + pluck + "|" + tick + "+0.8*" + pluck,
	hush:  hush{colour: "brown", below: 180, swell: 0.5, volume: 0.10},
	picture: func() []string {
		red, black, cream := [3]int{224, 58, 34}, [3]int{21, 17, 15}, [3]int{246, 239, 226}
		const shot = ",trim=duration=8,setpts=PTS-STARTPTS,format=yuv420p,setsar=1"

		chains := []string{
			ground(1280, 720, red) + "[a0]",
			still(1280, 720, "gbrap") + ",geq=r=21:g=17:b=15:a='st(0,atan2(X-639.5,660-Y));st(1,hypot(X-639.5,660-Y));" +
				"255*clip(8.5-hypot(ld(1)-604,604*(ld(0)-0.115*round(ld(0)/0.115))),0,1)*lt(abs(ld(0)),0.74)',format=yuva420p" + hold + "[marks]",
			// rotate fills its corners with video black, 16: the lut takes that off again.
			still(1240, 1240, "gray") + ",geq=lum='255*clip(13.5-abs(X-619.5),0,1)*between(Y,56,640)'" + hold +
				",rotate=a='0.46*sin(PI*t)':c=black,crop=1240:680:0:0,format=gray,lut=c0='clip((val-18)*1.08,0,255)',format=gray[arm]",
			ground(1240, 680, black) + "[iron]",
			"[iron][arm]alphamerge[rod]",
			disc(104, cream) + "[weight]",
			"[a0][marks]overlay[a1]",
			"[a1][rod]overlay=x=20:y=40[a2]",
			"[a2][weight]overlay=x='640-106+390*sin(0.46*sin(PI*t))':y='660-106-390*cos(0.46*sin(PI*t))'" + shot + "[metronome]",
			ground(1280, 720, cream) + "[b0]",
			ground(1280, 720, black) + "[c0]",
		}
		const bars, balls = 9, 13
		for i := range bars {
			ink := black
			if i == 6 {
				ink = red
			}
			chains = append(chains, ground(64, 720, ink)+fmt.Sprintf("[bar%d]", i), fmt.Sprintf(
				"[b%d][bar%[1]d]overlay=x=%d:y='round(400+250*sin(PI*t/2-%[1]d*0.55)*cos(PI*t/8))'[b%[3]d]", i, 88+i*130, i+1))
		}
		for i := range balls {
			ink := cream
			if i == 4 {
				ink = red
			}
			chains = append(chains, disc(34, ink)+fmt.Sprintf("[ball%d]", i), fmt.Sprintf(
				"[c%d][ball%[1]d]overlay=x=%d:y='324+230*cos(2*PI*t*%[3]d/16)'[c%[4]d]", i, 58+i*91, i+6, i+1))
		}
		return append(chains,
			fmt.Sprintf("[b%d]null%s[waves]", bars, shot),
			fmt.Sprintf("[c%d]null%s[pendulums]", balls, shot),
			"[metronome][waves][pendulums]concat=n=3[picture]",
		)
	},
}

const (
	tick  = "0.22*exp(-55*mod(t,1))*sin(2*PI*if(lt(mod(t,2),1),1760,1320)*t)"
	pluck = "0.30*exp(-2.6*mod(t,0.5))*sin(2*PI*55*pow(2,(mod(floor(t*2)*5,12)+12*mod(floor(t*2),2))/12)*mod(t,0.5))"
)
