"""Ends and beginnings of Dutch compounds: a table of our own, in everyday spelling."""

PARTS = """
aardappel accu adapter agenda album appel armband azijn bad badjas bak baken bal ballon band bank
batterij beker bel beeld bed been beer beestje beker bestek beugel beurs bezem bier bij bijl
bikini blad blik bloem blok bloes bodem boek boon boor boot bord borstel bos boter box braad brief
bril broche broek brood buis bus cadeau camera creme dek deken deksel deeg dienblad dier doek doos
douche draad drank droog drop druif drukker eend ei eierdop elastiek emmer etui fiets figuur film
filter flacon fles fluit folie fondue foto frisdrank fruit gaas garen gas gebak gehakt gel
gereedschap gieter gitaar glas gordijn goud grill groente haak haar hak hamer hand handdoek
handschoen hanger hark hart haspel helm hemd hengel hoed hoes hond honing hoofd hoofdtelefoon
horloge hout houder huis hut ijs ijzer inkt jam jas jenever jurk kaart kaars kaas kabel kachel
kalender kam kamer kan kap kapstok karaf karton kast kat ketel ketting keuken kiel kind kist klem
kleed kleur klok klomp knoflook knoop knop knuffel koek koekenpan koekje koffer koffie kom kompas
kool koptelefoon kop korf kous kraag kraan krant kruid kruk kurk kussen kwast laars laken lamp
lantaarn laptop leer lens lepel lijm lijn lijst likeur linnen lint lucht luier maat machine mand
map marmelade masker mat matras meel melk mes metaal meubel mixer mobiel model molen motor mosterd
mouw muis munt muntje muts muur naald nagel net noot olie olijf onderzetter oorbel oven overhemd
paard pak pakket pan papier paraplu parfum pasta patroon peer pen peper pet pijp pil pincet
pindakaas pizza plaat plaid plank plant pleister poeder poes pomp pop pot potlood print puzzel
pyjama raam rand rasp reep regen reis rek riem ring rijst rok rol roller rooster room roos rugzak
sandaal sap saus schaal schaar schaats schep scherm schilder schoen school schoonmaak schort
schotel schrift schroef schuim serie servet servies set shirt sieraad sigaar sirop sjaal slab slee
sleutel slinger slof slot snaar snoep snoer soep sok spaan spatel speelgoed spel speld spiegel
spijker spons sport spray staal stang steen stekker step stift stoel stof stofzuiger stok
stopcontact strand strik stroom stroop suiker tafel tablet tand tandenborstel tang tapijt tas
taart tegel telefoon tent thee thee theedoek tijd toets toetsenbord ton touw trap trein trommel
trui tuin uur vaas vaat vaatwasser vak vat veer vel verf vest veter vis vlees vlieger vlag vlok
vloer voer vogel vorm vork vrucht vuur waaier wagen wand was water weegschaal wekker werk wiel
wijn winkel winter wol worst zaad zaag zak zalf zand zeef zeep zeil zetel zilver zitzak zolder
zomer zon zout zuivel zwembad
"""
EXCEPTIONS = """
kompas karbonade kapitaal schaal japan spannend metaal totaal kwartaal portaal banaan oceaan
voordeel nadeel onderdeel persoon station kanon balkon beton katoen citroen groen schoon gewoon
"""
