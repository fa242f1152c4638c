package demo

// ondasCurtas: the rings of two stations, printed as dots in two inks that multiply. It
// moves on twos, twelve drawings a second, as an animation on paper does.
var ondasCurtas = source{
	grain: 2, fade: "0xF1EBDD",
	tones: "0.20*sin(2*PI*233.08*t)*(0.55+0.45*sin(2*PI*0.5*t))*min(1,t/4)+0.10*sin(2*PI*466.16*t+3*sin(2*PI*0.25*t))*(0.5+0.5*sin(2*PI*0.19*t))" +
		"|0.20*sin(2*PI*311.13*t)*(0.55+0.45*sin(2*PI*0.66*t+1))*clip((t-3)/4,0,1)+0.10*sin(2*PI*155.56*t+2*sin(2*PI*0.2*t))*(0.5+0.5*sin(2*PI*0.13*t))",
	hush: hush{colour: "white", below: 3200, swell: 0.4, volume: 0.012},
	picture: func() []string {
		const enlarged = ",scale=1280:720:flags=bicubic,format=gray"
		const print = "blend=all_mode=grainextract,format=gray,lut=c0='clip((val-128)*9,0,255)',format=gray,format=gbrp,"
		return []string{
			"nullsrc=s=128x72:r=12,format=gray,geq=lum='st(0,hypot(X-88-6*sin(T/5),Y-24-3*cos(T/4)));" +
				"255*clip((0.5+0.58*cos(ld(0)*0.62-T*2.2))*exp(-ld(0)/62)*min(1,T/4)+exp(-ld(0)*ld(0)/7),0,1)'" + enlarged + "[one]",
			"nullsrc=s=128x72:r=12,format=gray,geq=lum='st(0,hypot(X-34+5*cos(T/6),Y-50+3*sin(T/5)));" +
				"255*clip((0.5+0.58*cos(ld(0)*0.83-T*2.9))*exp(-ld(0)/56)*clip((T-3)/4,0,1)+clip((T-2)/2,0,1)*exp(-ld(0)*ld(0)/7),0,1)'" + enlarged + "[two]",
			screen("X*0.966+Y*0.259", "Y*0.966-X*0.259") + "[screen1]",
			screen("X*0.259+Y*0.966", "Y*0.259-X*0.966") + "[screen2]",
			"[one][screen1]" + print + "lutrgb=r=255:g='255-val*0.62':b='255-val*0.42'[rose]",
			"[two][screen2]" + print + "lutrgb=r='255-val*0.83':g='255-val*0.70':b='255-val*0.14'[blue]",
			"[rose][blue]blend=all_mode=multiply,lutrgb=r='val*0.945':g='val*0.92':b='val*0.865',format=yuv420p,fps=24[picture]",
		}
	},
}

// screen is a halftone screen: how far every place is from the middle of its cell, on a
// grid turned by two axes.
func screen(u, v string) string {
	return still(1280, 720, "gray") + ",geq=lum='st(0,(" + u + ")/20);st(1,(" + v + ")/20);" +
		"min(255,255*pow(hypot(ld(0)-floor(ld(0))-0.5,ld(1)-floor(ld(1))-0.5)/0.68,1.6))',loop=-1:1,setpts=N/12/TB"
}
