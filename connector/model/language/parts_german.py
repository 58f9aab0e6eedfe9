"""Ends and beginnings of German compounds: a table of our own, in everyday spelling."""

PARTS = """
abo adapter akku album anhänger anker anzug apfel armband automat bad ball band bank bar batterie
bau baum becher becken beere beil bein besteck besen bett beutel bezug bier biene bild bildschirm
birne blatt blech bleistift blume bluse board bogen bohne bohrer box brett brief brille brot
bürste buch büchse bügel büro butter camping creme dampf deckchen decke deckel dose draht drucker
dusche ei eimer eis eisen elektro essig etikett fach faden fahne fahrrad farbe fass feder fell
fenster fernseher feuer figur film filter fisch flasche fleisch flöte folie form foto frucht fuß
futter gabel garn garten gas gebäck gefäß gelee gemüse gerät geschirr geschenk gestell getränk
gewürz gitter glas glocke gold griff grill gummi gurt gürtel gutschein haar haken halter hammer
hand handschuh handtuch hase haus haut heft heizung helm hemd herd herz hobel hocker holz honig
hose hülle hund hut jacke joghurt kabel kaffee kakao kalender kamera kamm kanne kapsel karaffe
karte käfig käse kasten katze kegel keks keller kerze kessel kette kind kissen kiste kleid kleber
klinge knopf koch kocher koffer kohle kopf kopfhörer korb korken kosmetik kraut kreide kreisel
krug küche kuchen kugel kühler kunst lampe latte laterne lauch laufrad leder lebensmittel leine
leinen leiter leuchte licht likör liste löffel lüfter luft mais mantel mappe marke marmelade
maschine maske maß matte matratze maus mehl messer metall milch mixer möbel modell motor mühle
müll münze musik mütze nadel nagel nahrung napf natur netz nudel nuss obst ofen ohrring öl olive
ordner oster packung paket panier papier pappe pasta pastete pendel pfanne pfeffer pfeife pferd
pflanze pflaster pinsel pizza plakat plane platte platz polster postkarte presse pulli pullover
pulver pumpe puppe putz puzzle quark rad rahmen rasen rasierer raum regal regen reifen reiniger
reis reise ring rock rohr rolle roller rucksack rüstung sack saft säge sahne salat salbe salz samen
sandale sattel sauce saum schal schale schalter schaufel schaum scheibe schere schiff schild
schinken schirm schlauch schlafsack schleife schlitten schloss schlüssel schmuck schnaps schneider
schnur schokolade schrank schraube schreibtisch schuh schule schürze schüssel schutz schwamm
schwimm seide seife seil senf serie serviette sessel set shampoo shirt sieb silber sirup socke
sofa sohle sommer sonne spaten speise spiegel spiel spielzeug spieß sport spray sprudel spüle
stab stahl stange staub staubsauger stecker steckdose stein stern stickerei stiefel stift stock
stoff strampler strand strauß streu strumpf stroh stuhl suppe tablett tablette tafel tank tanne
tanz tasche tasse tastatur tee teig telefon teller teppich tier tisch tischdecke toast tomate ton
topf torte traube treppe trichter trikot trinken trommel tube tuch tüte tür uhr uniform unterlage
untersetzer vase verband verlag vogel vorhang waage wachs waffel wagen wand wanne wäsche wasser
watte wecker wein weizen werkzeug weste wiege winter wolle wurst würfel würze zahn zahnbürste zange
zaun zeit zelt zimmer zitrone zubehör zucker zug zwiebel
"""
EXCEPTIONS = """
schwein speise gläubig kapital apparat vorteil urteil anteil gegenteil gewinn beginn verein
allein stein klein fein rein spreu getreu reise preise weise kreise meise waise
"""
