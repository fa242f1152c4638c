package demo

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tongue is what titles are made of in a language: its common words, the most common first,
// and the syllables of all the others. Little words join them.
type tongue struct {
	code      string
	common    []string
	syllables []string
	patterns  []string // a title; "W" stands for a word
	glue      string   // between the words of prose
}

// vocabulary is how many words a language has.
const vocabulary = 60_000

// word draws a word by Zipf's law.
func (t tongue) word(r *rand.Rand) string {
	k := rank(r, vocabulary)
	if k < len(t.common) {
		return t.common[k]
	}
	return t.invent(k)
}

// invent is the k-th word: of two to four syllables, always the same.
func (t tongue) invent(k int) string {
	var b strings.Builder
	h := uint64(k)*0x9E3779B97F4A7C15 + uint64(len(t.code))
	for range 2 + k%3 {
		h ^= h >> 29
		h *= 0xBF58476D1CE4E5B9
		b.WriteString(t.syllables[h>>33%uint64(len(t.syllables))])
	}
	return b.String()
}

func (t tongue) title(r *rand.Rand) string {
	var b strings.Builder
	for _, c := range t.patterns[r.IntN(len(t.patterns))] {
		if c == 'W' {
			b.WriteString(capital(t.word(r)))
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (t tongue) sentence(r *rand.Rand, words int) string {
	list := make([]string, words)
	for i := range list {
		list[i] = t.word(r)
	}
	return capital(strings.Join(list, t.glue)) + "."
}

func (t tongue) prose(r *rand.Rand, sentences int) string {
	list := make([]string, sentences)
	for i := range list {
		list[i] = t.sentence(r, 9+r.IntN(9))
	}
	return strings.Join(list, " ")
}

func capital(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

func words(list string) []string { return strings.Fields(list) }

// tongues, and how many films are made in each.
var (
	tongues      = []tongue{english, portuguese, spanish, french, german, japanese, russian}
	tongueShares = []float64{0.46, 0.20, 0.12, 0.10, 0.07, 0.03, 0.02}
)

var english = tongue{
	code: "en", glue: " ",
	common: words(`love night man day house life girl world last little dark black red city heart dead time blood white
		home story woman water road summer king lost moon star king's fire dream river secret child light death blue sky
		winter street good wild long king mother war dance golden game island silent sea storm rain return mountain song
		door brother garden stone lady train doctor window letter shadow paper train stranger sister north green hunter
		bridge country ghost father wolf field mirror autumn castle morning silver ship edge promise bird glass tower
		angel forest horse school soldier valley harbour engine kitchen thunder market orchard lantern widow captain`),
	syllables: words(`ash ber bri cal cor dal dar den ed el fen fer gar gil hal har hol ing ken kin lan lar ley lo mar mel
		mer mill mon mor nel nor or pen per quin ra ren ril ro row san sel sher sil sten tal ter thorn ton tor tra tri
		van ver vil wal wes win wood wyn yar`),
	patterns: []string{"W", "W W", "The W", "The W W", "The W of W", "W and W", "W in the W", "A W for W", "W W W", "The W Who Was W", "Beyond the W", "W: The W"},
}

var portuguese = tongue{
	code: "pt-BR", glue: " ",
	common: words(`amor noite vida casa homem dia mulher cidade mundo morte mar menina terra coração tempo rua sol luz
		sangue caminho história sonho rei último preto filha água rio lua estrela segredo silêncio inverno verão irmão
		guerra sombra fogo vento chuva ilha jardim porta estrada carta nome voz céu serra sertão trem praia mãe pai
		festa dança olho janela ponte pedra ouro saudade manhã madrugada outono primavera coragem viagem palavra rosa
		azul vermelho verde branco feira circo barco pássaro cavalo lobo santo anjo fantasma memória destino fronteira
		esperança promessa vizinho cozinha espelho relógio canção retrato sombrinha laranjeira pescador costureira`),
	syllables: words(`al an ar ba be bi bo ca ção ce co cu da de di do dor ei em en es fa fe fi fo ga go ha i ja jo la le
		lha li lo lu ma me mei mi mo na ne nha ni no o pa pe pi po qua que ra re ri ro ru sa sé si so ta te ti to tu va
		vi vo xa xi za zé`),
	patterns: []string{"W", "O W", "A W", "W W", "O W da W", "A W do W", "W e W", "O Último W", "W sem W", "Entre W e W", "W na W", "Um W para W"},
}

var spanish = tongue{
	code: "es", glue: " ",
	common: words(`amor noche vida casa hombre día mujer ciudad mundo muerte mar niña tierra corazón tiempo calle sol luz
		sangre camino historia sueño rey último negro hija agua río luna estrella secreto silencio invierno verano hermano
		guerra sombra fuego viento lluvia isla jardín puerta carretera carta nombre voz cielo montaña tren playa madre
		fiesta baile ojos ventana puente piedra oro mañana madrugada otoño viaje palabra rosa azul rojo verde blanco`),
	syllables: words(`al an ar ba be bo ca ce ción co cu da de di do dor en es fa fe ga go gui ha ja je jo la le lla lo lu
		ma me mi mo na ne ni ña no pa pe pi po que ra re ri ro rra sa se si so ta te ti to tu va ve vi vo ya yo za zo`),
	patterns: []string{"W", "El W", "La W", "W W", "El W de la W", "Los W del W", "W y W", "Sin W"},
}

var french = tongue{
	code: "fr", glue: " ",
	common: words(`amour nuit vie maison homme jour femme ville monde mort mer fille terre coeur temps rue soleil lumière
		sang chemin histoire rêve roi dernier noir eau rivière lune étoile secret silence hiver été frère guerre ombre feu
		vent pluie île jardin porte route lettre nom voix ciel montagne train plage mère fête danse yeux fenêtre pont
		pierre or matin automne voyage parole rose bleu rouge vert blanc oiseau cheval loup ange fantôme mémoire`),
	syllables: words(`ai an ar au ba be bé bois bou bre cha che clé co cou da de dé don eau el en fa feu fon ga gé gne gou
		ja jo la le li lou ma mé mi mon mou na neuf né no nou on par pé plu pon quel ra ré ri ron rou sa sel sou ta té
		tel tou tré val ve ver vi vou yeu`),
	patterns: []string{"W", "Le W", "La W", "W W", "Le W de la W", "Les W du W", "W et W", "Sans W", "L’Été des W"},
}

var german = tongue{
	code: "de", glue: " ",
	common: words(`Liebe Nacht Leben Haus Mann Tag Frau Stadt Welt Tod Meer Mädchen Erde Herz Zeit Straße Sonne Licht Blut
		Weg Geschichte Traum König Wasser Fluss Mond Stern Geheimnis Stille Winter Sommer Bruder Krieg Schatten Feuer Wind
		Regen Insel Garten Tür Brief Name Stimme Himmel Berg Zug Strand Mutter Fest Tanz Auge Fenster Brücke Stein Gold`),
	syllables: words(`ach bach ber berg brück burg dorf eich ein eis en er feld fels frei gang gau grün hag hal haus heim
		hof holz kamp kar keil kron land lau lich lin mar mond mühl nau nord ober quell rei rich rös sal schel schön see
		stein tal tor ulm vier wald wein wies win zell`),
	patterns: []string{"W", "Der W", "Die W", "Das W", "W und W", "Die W am W", "Kein W", "W ohne W"},
}

var japanese = tongue{
	code: "ja", glue: "",
	common:    words(`夜 愛 海 空 花 雨 町 母 父 道 月 星 東京 夏 冬 春 秋 風 山 川 森 夢 声 雪 鬼 侍 家族 物語 約束 記憶 手紙 少女 少年 最後`),
	syllables: words(`ア イ カ キ サ シ タ ナ ニ マ ミ ラ リ ロ ン ー 木 本 田 島 谷 橋 原 村 波 光 影 石 鳥 魚 犬 猫`),
	patterns:  []string{"W", "WのW", "WとW", "WのないW", "最後のW"},
}

var russian = tongue{
	code: "ru", glue: " ",
	common: words(`любовь ночь жизнь дом человек день город мир смерть море земля сердце время улица солнце свет кровь дорога
		сон король вода река луна звезда тайна тишина зима лето брат война тень огонь ветер дождь остров сад письмо имя`),
	syllables: words(`бе во го да до ел жа за зо ив ка ко ла ле ло лу ма ме ми мо на не ни но ов ол па пе по ра ре ри ро са
		се си со та те то ту ха хо ча ша ян`),
	patterns: []string{"W", "W и W", "W без W", "Последний W", "W на W"},
}

var given = words(`Ada Adriano Agnes Aiko Alba Alfred Alice Amara Ana Anders Anita Antônio Ariel Arthur Astrid August
	Aurora Beatriz Benedito Bianca Bruno Caio Camila Carlos Cecília Celeste Chiara Clara Clement Cora Dalva Damião Daniel
	Davi Delia Diego Dina Dora Edgar Elena Elias Elis Emil Emma Enzo Erik Estela Eva Fabian Fatima Felipe Fiona Flora
	Francisco Freya Gabriel Gilda Greta Gustavo Hana Hector Helena Henrique Hugo Iara Ines Ingrid Iris Isadora Ivan Jade
	Jonas João Jorge Josefa Julia Kaito Karin Kenji Lara Laura Leandro Leon Lia Lina Lourdes Luca Lucas Lúcia Luna Magda
	Malik Manuel Mara Marcos Margarida Marina Mateus Mei Mila Milton Mira Nadia Naomi Nico Nina Noah Nora Olga Olivia
	Omar Oscar Otto Paula Pedro Pilar Priya Rafael Raquel Ravi Rita Roberto Rosa Rui Samir Sara Sebastião Selma Sergio
	Silvia Simon Sofia Stella Tadeu Tanaka Teodoro Teresa Tomás Uma Valentina Vera Victor Viola Walter Wanda Xavier Yara
	Yuri Zélia Zoe`)

var surnames = words(`Almeida Andrade Araújo Azevedo Barbosa Barros Batista Becker Bennett Berg Bianchi Blanc Borges
	Campos Cardoso Carter Castro Cavalcanti Chen Cohen Collins Costa Cruz Cunha Dias Duarte Dubois Duncan Evans Farias
	Fernandes Ferreira Fischer Fonseca Foster Freitas Garcia Gomes Gonçalves Greene Guerra Guimarães Haas Hansen Hayes Ito
	Jansen Keller Khan Kim Lacerda Lambert Larsen Leite Lima Lopes Machado Magalhães Marques Martin Medeiros Melo Mendes
	Meyer Miranda Moraes Moreau Moreira Moretti Mori Moura Müller Nakamura Nascimento Neves Nogueira Novak Nunes Okafor
	Oliveira Ortega Pacheco Palmer Patel Pereira Petrov Pinto Pires Porter Prado Queiroz Ramos Reis Ribeiro Rocha Romano
	Rossi Sanchez Santana Santos Sato Schmidt Silva Silveira Singh Soares Sousa Suzuki Tavares Teixeira Torres Tran Vargas
	Vasconcelos Vaz Vieira Wagner Weber Xavier Yamada Zanetti`)
