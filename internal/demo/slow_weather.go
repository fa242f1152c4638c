package demo

// slowWeather: two drifting noises bent by slow sines, lit by their own slope, in three
// greens.
var slowWeather = source{
	grain: 6, fade: "black",
	tones: chord(0.42, 65.41, 130.81, 196, 246.94, 392),
	hush:  hush{colour: "pink", below: 420, swell: 0.11, volume: 0.14},
	picture: func() []string {
		const enlarged = ",scale=1000:560:flags=bicubic,gblur=6" + hold
		return []string{
			random(20, 22, 5) + enlarged + ",crop=480:270:'n/2':'100+60*sin(n/160)',format=gray[tall]",
			random(42, 12, 8) + enlarged + ",crop=480:270:'500-n/2':'120+50*cos(n/140)',format=gray[wide]",
			"nullsrc=s=40x23:r=24,format=gray,geq=lum='128+44*sin(X/8.1+T*0.17+2*sin(Y/7+T*0.10))" +
				"+34*sin(Y/6.7-T*0.14+2*sin(X/9-T*0.08))',scale=480:270:flags=bicubic,format=gray[bendx]",
			"nullsrc=s=40x23:r=24,format=gray,geq=lum='128+44*sin(Y/7.1+T*0.14+2*sin(X/8-T*0.09))" +
				"+34*sin(X/7.7-T*0.11+2*sin(Y/6+T*0.10))',scale=480:270:flags=bicubic,format=gray[bendy]",
			still(480, 270, "gray") + ",geq=lum='255*(1-0.62*clip((hypot((X-290)/1.5,Y-125)-70)/190,0,1))'" + hold + "[light]",
			"[tall][wide]mix=inputs=2,format=gray[cloth]",
			"[cloth][bendx][bendy]displace=edge=mirror,tmix=frames=4,gblur=1.6,format=gray,split[height][copy]",
			"[copy]convolution=0m='-1 -1 0 -1 0 1 0 1 1':0rdiv=9:0bias=122,gblur=1.2,format=gray[slope]",
			"[height][slope]mix=inputs=2:weights='0.7 1',format=gray,curves=all='0/0 0.22/0 0.5/0.46 0.74/0.92 1/1',format=gray[silk]",
			"[silk][light]blend=all_mode=multiply,format=gray,format=gbrp," +
				"curves=r='0/0.01 0.30/0.02 0.50/0.08 0.72/0.40 1/0.95':g='0/0.05 0.30/0.22 0.50/0.52 0.72/0.80 1/0.99':b='0/0.05 0.30/0.19 0.50/0.40 0.72/0.62 1/0.88'," +
				"scale=1280:720:flags=bicubic[picture]",
		}
	},
}
