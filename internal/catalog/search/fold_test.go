package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhatPeopleTakeForTheSameFoldsToTheSame(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"The MATRIX", "the matrix"},
		{"  O  Auto\tda Compadecida\n", "o auto da compadecida"},
		{"Ação", "acao"},
		{"Ac\u0327a\u0303o", "acao"}, // the same, decomposed
		{"Amélie Poulain", "amelie poulain"},
		{"Straße", "strasse"},
		{"STRASSE ẞ", "strasse ss"},
		{"Æon Flux, Cœur", "aeon flux coeur"},
		{"Smørgåsbord Łódź İstanbul Iğdır", "smorgasbord lodz istanbul igdir"},
		{"Don't Look Up", "don't look up"},
		{"Don’t Look Up", "don't look up"},
		{"'Crocodile' Dundee", "crocodile dundee"},
		{"Rock 'n' Roll", "rock n roll"},
		{"Spider-Man: Far From Home", "spider-man far from home"},
		{"WALL·E", "wall-e"},
		{"S.W.A.T.", "s-w-a-t"},
		{"Mr. Bean...", "mr bean"},
		{"Face/Off", "face-off"},
		{"M*A*S*H", "m-a-s-h"},
		{"8½", "8-1-2"},
		{"½", "1-2"},
		{"Alien³", "alien-3"},
		{"Ⅷ", "viii"},
		{"ＡＢＣ １２", "abc 12"},
		{"a -- b - c", "a b c"},
		{"Мастер и Маргарита Ёлки Й", "мастер и маргарита елки и"},
		{"Ψυχής", "ψυχησ"},
		{"كَفْرنَاحُوم", "كفرناحوم"},
		{"أفلام ١٩٩٩", "افلام 1999"},
		{"שָׁלוֹם", "שלומ"},
		{"दंगल", "दंगल"},            // its signs are vowels
		{"ガメラ", "がめら"},              // katakana as hiragana
		{"ﾊﾞﾄﾙ", "ばとる"},             // half width
		{"君の名は。", "君の名は"},           //
		{"X战警2", "x 战警 2"},          // scripts apart
		{"ต้มยำกุ้ง", "ต้มยํากุ้ง"}, // Thai vowels stay
		{"soft\u00adhyphen", "softhyphen"},
		{"\u202eright \u200fto left", "right to left"},
		{"nul\x00byte", "nul byte"},
		{"\xed\xa0\x80lone surrogate\xff", "lone surrogate"},
		{"🎬 film 🎬", "film"},
		{"zero\u200bwidth", "zero width"},
		{strings.Repeat("a", 100), strings.Repeat("a", maxWord)},
	} {
		if got := fold(c.text); got != c.want {
			t.Errorf("fold(%q) = %q, not %q", c.text, got, c.want)
		}
	}
}

func TestHangulFoldsToItsLettersSoThatASyllableBegunFindsIt(t *testing.T) {
	whole := fold("기생충")
	for _, begun := range []string{"기생", "기새", "기생ㅊ", "기생추"} {
		if !strings.HasPrefix(whole, fold(begun)) {
			t.Errorf("%s (%q) does not begin %q", begun, fold(begun), whole)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"Amélie", "8½", "ガﾞ\u3099", "X战警2-'a", "\xed\xa0\x80", "a\u0301-'.b", "ต้มยำกุ้ง", "'-'", "기생ㅊ", "ﷺ", "İ", "0ŉ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := fold(text)
		if twice := fold(once); twice != once {
			t.Errorf("%q folds to %q and that to %q", text, once, twice)
		}
		if !utf8.ValidString(once) || strings.ContainsAny(once, "\x00\n=") || strings.TrimSpace(once) != once || strings.Contains(once, "  ") {
			t.Errorf("%q folds to %q", text, once)
		}
		list, places := tokens(once)
		next := 0
		for _, token := range list {
			if token.text == "" || token.span < 1 || token.at+token.span > places {
				t.Errorf("%q has the word %+v of %d places", once, token, places)
			}
			if token.main {
				if token.at != next {
					t.Errorf("%q: %+v stands where %d is next", once, token, next)
				}
				next++
			}
		}
		if next != places {
			t.Errorf("%q has %d words in %d places", once, next, places)
		}
	})
}
