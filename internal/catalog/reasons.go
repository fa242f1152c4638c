package catalog

import "slices"

// Words tell a person what is the matter with a file and what to do about it.
type Words struct {
	Sentence string `json:"sentence"` // what is the matter
	Remedy   string `json:"remedy"`   // what to do
}

// Languages are those every reason is told in, as BCP 47 names them; the first stands in
// for any other.
var Languages = []string{"en", "pt-BR"}

// Reason returns what a code means, by language. A code nobody put into words, of a newer
// server perhaps, is a general one. The map is the caller's to read only.
func Reason(code string) map[string]Words {
	if words, known := reasons[code]; known {
		return words
	}
	return reasons["internal"]
}

// Reasons returns every code, in order.
func Reasons() []string {
	codes := make([]string, 0, len(reasons))
	for code := range reasons {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// IsReason tells whether a code is put into words here.
func IsReason(code string) bool { return reasons[code] != nil }

func told(sentence, remedy, frase, remedio string) map[string]Words {
	return map[string]Words{"en": {sentence, remedy}, "pt-BR": {frase, remedio}}
}

const (
	again          = "Upload it again."
	againPT        = "Envie o arquivo de novo."
	fromOriginal   = "Copy it once more from where it came from, then upload it again."
	fromOriginalPT = "Copie-o outra vez de onde veio e envie de novo."
	wholeAgain     = "For the whole film, copy it once more from where it came from, then upload it again."
	wholeAgainPT   = "Para ter o filme inteiro, copie o arquivo outra vez de onde veio e envie de novo."
	convert        = "Convert it to an MP4 with H.264 picture and AAC sound, then upload that."
	convertPT      = "Converta-o para MP4 com imagem H.264 e som AAC e envie o resultado."
	operator       = "Try again in a moment. If that does not help, the server's log says more."
	operatorPT     = "Tente de novo daqui a pouco. Se continuar, o registro do servidor diz mais."
	plays          = "The film plays without it."
	playsPT        = "O filme é exibido sem isso."
)

// reasons are all there are: why a film cannot be made of a file, and, of one that can, what
// of it is missing.
var reasons = map[string]map[string]Words{
	"empty": told("This file is empty.", again,
		"Este arquivo está vazio.", againPT),
	"not_a_video": told("This file is not a film we can read.", "Upload an MP4, MOV, MKV, WebM, AVI, MPEG, MXF, FLV, WMV or OGV file.",
		"Este arquivo não é um filme que sabemos ler.", "Envie um arquivo MP4, MOV, MKV, WebM, AVI, MPEG, MXF, FLV, WMV ou OGV."),
	"index_missing": told("The end of this file is missing, so it cannot be read.", fromOriginal,
		"Falta o fim deste arquivo, por isso não dá para lê-lo.", fromOriginalPT),
	"unreadable": told("This file is damaged: it cannot be read to its end.", fromOriginal,
		"Este arquivo está danificado: não dá para lê-lo até o fim.", fromOriginalPT),
	"unreadable_picture": told("The picture in this file cannot be decoded.", convert,
		"A imagem deste arquivo não pode ser decodificada.", convertPT),
	"no_picture": told("This file has sound but no picture.", "Upload the film itself, not its sound track.",
		"Este arquivo tem som, mas não tem imagem.", "Envie o próprio filme, não a trilha de som."),
	"no_duration": told("This file has no picture that lasts.", "It may be cut off at its start. "+fromOriginal,
		"Este arquivo não tem imagem com duração.", "Pode estar cortado no começo. "+fromOriginalPT),
	"no_frame_rate": told("This file does not say how fast its pictures follow each other.", convert,
		"Este arquivo não diz com que rapidez as imagens se sucedem.", convertPT),
	"bad_clock": told("The times in this file make no sense.", convert,
		"Os tempos deste arquivo não fazem sentido.", convertPT),
	"dolby_vision_only": told("This film is Dolby Vision alone (profile 5): without it, its colours are wrong.", "Upload a version that is HDR10 or SDR as well, or convert this one to HDR10.",
		"Este filme está somente em Dolby Vision (perfil 5): sem ele, as cores saem erradas.", "Envie uma versão que também seja HDR10 ou SDR, ou converta esta para HDR10."),
	"protected": told("This file is copy-protected.", "Upload one without protection.",
		"Este arquivo é protegido contra cópia.", "Envie um sem proteção."),
	"huge_picture": told("The picture of this file is larger than this server takes.", "Make it smaller, then upload that.",
		"A imagem deste arquivo é maior do que este servidor aceita.", "Diminua-a e envie o resultado."),
	"too_long": told("This film is longer than this server takes.", "Cut it into parts, then upload those.",
		"Este filme é mais longo do que este servidor aceita.", "Corte-o em partes e envie-as."),
	"too_demanding": told("This film takes more time or memory than this server gives one film.", convert+" Or ask whoever runs the server to raise its limits.",
		"Este filme exige mais tempo ou memória do que este servidor dá a um filme.", convertPT+" Ou peça a quem cuida do servidor que aumente os limites."),
	"source_missing": told("The uploaded file is no longer in storage.", again,
		"O arquivo enviado não está mais no armazenamento.", againPT),
	"source_changed": told("The uploaded file was changed or cut short in storage.", again,
		"O arquivo enviado foi alterado ou cortado no armazenamento.", againPT),
	"no_space": told("The server ran out of room.", "Make room, then try again: nothing that was made is lost.",
		"O servidor ficou sem espaço.", "Libere espaço e tente de novo: nada do que foi feito se perde."),
	"internal": told("Something went wrong while preparing this film.", operator,
		"Algo deu errado ao preparar este filme.", operatorPT),

	"truncated": told("The file promises more than it holds: what can be read is played.", wholeAgain,
		"O arquivo promete mais do que contém: o que dá para ler é exibido.", wholeAgainPT),
	"damaged_picture": told("Parts of the picture cannot be decoded: the last good picture stands there.", wholeAgain,
		"Partes da imagem não podem ser decodificadas: ali fica a última imagem boa.", wholeAgainPT),
	"unreadable_sound": told("One of the sound tracks is of a kind that cannot be read; it is left out.", convert,
		"Uma das trilhas de som é de um tipo que não dá para ler; ficou de fora.", convertPT),
	"too_many_sounds": told("This file has more sound tracks than one film is given; the last ones are left out.", "Put the tracks that matter first, then upload it again. "+plays,
		"Este arquivo tem mais trilhas de som do que cabem em um filme; as últimas ficaram de fora.", "Ponha primeiro as trilhas que importam e envie de novo. "+playsPT),
	"no_av1": told("The smaller AV1 version of this film could not be made.", "Nothing needs to be done: the film is played in H.264.",
		"Não foi possível fazer a versão AV1, mais leve, deste filme.", "Não é preciso fazer nada: o filme é exibido em H.264."),
	"bitmap_subtitles": told("Some subtitles are pictures, not text; they are not shown.", "Add them as an .srt or .vtt file. "+plays,
		"Algumas legendas são imagens, não texto; não são mostradas.", "Acrescente-as como arquivo .srt ou .vtt. "+playsPT),
}
