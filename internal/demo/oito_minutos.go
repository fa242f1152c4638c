package demo

// oitoMinutos: the face of the sun boils, three noises stirred by a fourth, and a small
// planet crosses it.
var oitoMinutos = source{
	grain: 6, fade: "black",
	tones: chord(0.46, 55, 82.41, 110, 138.59, 220.5),
	hush:  hush{colour: "brown", below: 260, swell: 0.17, volume: 0.30},
	picture: func() []string {
		enlarged := ",scale=960:540:flags=bicubic" + hold
		return []string{
			random(48, 27, 3) + enlarged + ",crop=640:360:'n/3':'60+20*sin(n/90)',format=gray[broad]",
			random(110, 62, 7) + enlarged + ",crop=640:360:'300-n/3':90,format=gray[middle]",
			random(240, 135, 9) + enlarged + ",crop=640:360:120:'n/4',format=gray[fine]",
			"nullsrc=s=40x23:r=24,format=gray,geq=lum='128+42*sin(X/3.1+T*0.35+2*sin(Y/4+T*0.16))" +
				"+42*sin(Y/2.7-T*0.27+2*sin(X/5-T*0.12))',scale=640:360:flags=bicubic,format=gray,split[stirx][stiry]",
			"[broad][middle][fine]mix=inputs=3:weights='5 3 2',format=gray[grains]",
			"[grains][stirx][stiry]displace=edge=mirror,tmix=frames=3,format=gray,curves=all='0/0 0.35/0.22 0.65/0.85 1/1'[boil]",
			still(640, 360, "gray") + ",geq=lum='st(0,hypot(X-320,Y-180));255*clip(150.5-ld(0),0,1)" +
				"*clip(0.16+0.95*sqrt(max(0,1-pow(ld(0)/150,2))),0,1)'" + hold + "[sphere]",
			still(640, 360, "gray") + ",geq=lum='st(0,max(0,hypot(X-320,Y-180)-148));" +
				"255*(0.42*exp(-ld(0)/26)+0.16*exp(-ld(0)/110))'" + hold + "[corona]",
			"[boil][sphere]blend=all_mode=multiply,format=gray[body]",
			"[body][corona]blend=all_mode=screen,format=gray,format=gbrp," +
				"curves=r='0/0.04 0.25/0.55 0.5/0.93 1/1':g='0/0.015 0.25/0.06 0.5/0.38 0.8/0.80 1/0.95':b='0/0.03 0.3/0.03 0.6/0.09 1/0.62'," +
				"scale=1280:720:flags=bicubic,format=yuv420p[sun]",
			disc(22, [3]int{14, 7, 6}) + "[planet]",
			"[sun][planet]overlay=x='300+n':y='470-floor(n/6)'[picture]",
		}
	},
}
