package demo

// palafita: a moon rises behind a house on stilts; the water below is the sky above it,
// turned over and broken by two drifting noises.
var palafita = source{
	grain: 5, fade: "black",
	tones: chord(0.42, 110, 164.81, 220, 246.94, 329.63),
	hush:  hush{colour: "pink", below: 620, swell: 0.13, volume: 0.16},
	picture: func() []string {
		return []string{
			still(4, 530, "gbrp") + ",geq=r='6+16*pow(Y/530,2)':g='26+52*pow(Y/530,1.6)':b='34+52*pow(Y/530,1.6)'," +
				"scale=1280:530,format=yuv420p[sky]",
			still(1280, 530, "yuva420p") + ",geq=lum=225:cb=128:cr=126:a='255*(1-Y/530)" +
				"*gt(mod(abs(sin((X+1)*12.9898+(Y+1)*78.233)*43758.5453),1),0.9994)" +
				"*mod(abs(sin((X+7)*2.9898+(Y+1)*8.233)*4758.5453),1)',gblur=0.6[stars]",
			still(860, 860, "gbrap") + ",geq=r='if(lt(hypot(X-430,Y-430),205),244,90)'" +
				":g='if(lt(hypot(X-430,Y-430),205),234,190)':b='if(lt(hypot(X-430,Y-430),205),207,186)'" +
				":a='st(0,hypot(X-430,Y-430)-205);255*max(clip(0.5-ld(0),0,1)," +
				"clip(0.55*exp(-max(ld(0),0)/34)+0.30*exp(-max(ld(0),0)/90)-0.03,0,1))',format=yuva420p" + hold + "[moon]",

			random(14, 26, 3) + ",scale=1900:430:flags=bicubic[broad]",
			random(44, 70, 6) + ",scale=1900:430:flags=bicubic[fine]",
			"[broad][fine]mix=inputs=2:weights='3 1',format=gray,lut=c0='clip((val-128)*2.6,0,200)',format=gray[wisps]",
			still(4, 430, "gray") + ",geq=lum='255*pow(sin(PI*Y/429),1.2)',scale=1900:430[band]",
			"[wisps][band]blend=all_mode=multiply,format=gray[veil]",
			ground(1900, 430, [3]int{14, 58, 66}) + ",trim=end_frame=1[air]",
			"[air][veil]alphamerge" + hold + "[clouds]",

			still(1280, 40, "yuva420p") + ",geq=lum=12:cb=130:cr=126:a='255*clip(Y-30+5*sin(X/140)+3*sin(X/53+1)" +
				"+1.2*sin(X/17)+abs(2*sin(X/7.3+sin(X/40)*3))+abs(1.5*sin(X/3.1)),0,1)'" + hold + "[shore]",
			still(880, 720, "yuva420p") + ",geq=lum=10:cb=129:cr=127:a='255*min(1," + stiltHouse + ")',scale=340:280:flags=area" + hold + "[house]",
			still(160, 160, "yuva420p") + ",geq=lum='if(" + pane + ",190,150)':cb=70:cr=168:a='if(" + pane + ",255," +
				"if(between(X,66,94)*between(Y,64,96),20,130*exp(-hypot(X-80,Y-80)/22)))',scale=124:124:flags=area" + hold + "[lamp]",

			"[sky][stars]overlay,trim=end_frame=1" + hold + "[s1]",
			"[s1][moon]overlay=x=250:y='230-floor(n/2)'[s2]",
			"[s2][clouds]overlay=x='-610+floor(n/2)':y=60[s3]",
			"[s3][shore]overlay=x=0:y=490[s4]",
			"[s4][house]overlay=x=574:y=250[s5]",
			"[s5][lamp]overlay=x=666:y=318,split[above][turned]",

			"[turned]crop=1280:330:0:200,vflip,scale=1280:190:flags=bicubic,format=gbrp[mirror]",
			random(22, 90, 5) + ",scale=1280:1000:flags=bicubic" + hold + ",crop=1280:190:0:'800-mod(n,800)'[near]",
			random(40, 70, 8) + ",scale=1900:500:flags=bicubic" + hold + ",crop=1280:190:'mod(n,600)':'300-n/3'[far]",
			"[near][far]mix=inputs=2,format=gray[ripples]",
			still(4, 190, "gray") + ",geq=lum='255*(0.06+0.34*Y/190)',scale=1280:190,format=gray" + hold + "[strength]",
			"color=gray:s=1280x190:r=24,format=gray[calm]",
			"[calm][ripples][strength]maskedmerge,format=gbrp,split[dx][dy]",
			"[mirror][dx][dy]displace=edge=smear,format=yuv420p,lutyuv=y='val*0.80'[broken]",
			still(4, 190, "yuva420p") + ",geq=lum=14:cb=134:cr=122:a='255*clip(0.10+0.62*Y/190,0,1)',scale=1280:190" + hold + "[deep]",
			"[broken][deep]overlay[water]",
			"[above][water]vstack,format=yuv420p,setsar=1,vignette=PI/5:dither=0[picture]",
		}
	},
}

// pane is true inside the four panes of the lit window.
const pane = "between(X,66,94)*between(Y,64,96)*(1-between(X,79,81))*(1-between(Y,79,81))"

// stiltHouse is positive wherever the house is, drawn twice its size: deck, walls, roof
// and chimney, stilts and braces, railing, somebody, ladder and rungs.
const stiltHouse = "between(X,230,660)*between(Y,420,438)" +
	"+between(X,300,560)*between(Y,240,420)" +
	"+between(Y,110,262)*lt(abs(X-430),(Y-110)*0.98+70)*lt(abs(X-430),205)+between(X,490,522)*between(Y,60,220)" +
	"+gt(Y,430)*(lt(abs(X-252-(Y-430)*0.02),7)+lt(abs(X-330),7)+lt(abs(X-415+(Y-430)*0.015),7)" +
	"+lt(abs(X-500),7)+lt(abs(X-580-(Y-430)*0.02),7)+lt(abs(X-640),7))" +
	"+between(Y,440,570)*(lt(abs(X-330-(Y-440)*0.65),4)+lt(abs(X-415+(Y-440)*0.65),4))" +
	"+between(X,560,660)*between(Y,362,368)+between(Y,362,420)*(lt(abs(X-575),3)+lt(abs(X-615),3)+lt(abs(X-655),3))" +
	"+lt(hypot(X-604,Y-330),13)+between(Y,342,424)*lt(abs(X-604),12+(Y-342)*0.06)" +
	"+gt(Y,424)*(lt(abs(X-240+(Y-430)*0.22),4)+lt(abs(X-210+(Y-430)*0.22),4))" +
	"+gt(Y,436)*lt(mod(Y,26),5)*between(X,206-(Y-430)*0.22,244-(Y-430)*0.22)"
