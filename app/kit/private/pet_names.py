"""Forms of one name: pet forms, and how other languages write it. A line a name; one form may stand in several."""

from app.kit.private.reading import folded_words

_SAME = """
william bill billy will willie liam wim guillermo memo
robert rob robbie bob bobby bert roberto beto
richard rick ricky dick rich ricardo
james jim jimmy jamie
john jon johnny jack juan
margaret maggie meg peggy marge margo
elizabeth elisabeth liz lizzie beth betsy betty eliza lisa isabel chabela
katherine catherine kathryn katharine kate katie kathy cathy kat kit
michael mike mikey mick misha
thomas tom tommy
joseph joe joey jose pepe pepito
charles charlie chuck carlos
edward ed eddie ted ned eduardo lalo
anthony tony antonio tono
daniel dan danny dani
david dave davy
steven stephen steve
christopher chris topher kris
christina christine chris tina
matthew matt matty mateo
benjamin ben benny
samuel sam sammy
samantha sam sammy
alexander alex al sandy xander alejandro
alexandra alex lexi sandra alejandra
patrick pat paddy
patricia pat patty tricia paty
susan sue susie suzy
deborah debra deb debbie
barbara barb babs
jennifer jen jenny jenn
jessica jess jessie
rebecca becca becky
theodore ted teddy theo
timothy tim timmy
gregory greg
nicholas nick nicky nico nicolas
andrew andy drew andres
francis frank fran francisco pancho paco paquito kiko
frances fran frannie
francisca paca paquita pancha panchita
lawrence larry
ronald ron ronnie
donald don donnie
kenneth ken kenny
raymond ray
victoria vicky vicki tori
dorothy dot dottie
abigail abby
guadalupe lupe lupita pita
maria mari marita maruja mariquita
maria-jose majo
dolores lola lolita
rosario charo chayo
concepcion concha conchita
consuelo chelo
mercedes meche merche
teresa tere teresita
jesus chucho chuy
ignacio nacho
enrique quique kike henry hank
manuel manolo manny meno
luis lucho luisito
rafael rafa
fernando nando fer
alberto beto
gilberto beto
gabriela gaby gabi
graciela chela
isabel chabela isa
josefina pepa chepina fina
javier javi
santiago santi chago
vicente chente
jorge coque george
pedro perico peter pete
miguel mike migue
soledad sole chole
rosa rosita
ana anita anna ann annie
александр саша сашенька сашка шура алекс саня сашко олександр
александра саша сашенька шура саня олександра
алексей леша алеша леха олексій
анастасия настя настенька анастасія
анна аня анечка нюра ганна галя
андрей андрюша андрій
борис боря
валентина валя
валерий валера валерій
василий вася василь
вера верочка
виктор витя віктор
владимир вова володя володимир
вячеслав слава
галина галя
геннадий гена
григорий гриша григорій
дарья даша дарина
дмитрий дима митя дмитро діма
евгений женя євген євгеній
евгения женя
екатерина катя катенька катерина
елена лена леночка алена олена оленка
иван ваня ванечка іван івась
игорь игорек ігор
ирина ира ирочка ирка ірина іра іринка
константин костя костянтин
ксения ксюша ксенія
лариса лара
любовь люба люда
людмила люда мила
мария маша машенька маруся марія
михаил миша мишка михайло михась
надежда надя надія
наталья наталия наташа натаха наталія наталя
николай коля микола
олег олежка
ольга оля оленька олечка
павел паша павло
петр петя петро
роман рома
сергей сережа серега сергій
светлана света світлана
станислав стас
степан степа
татьяна таня тетяна
федор федя федір
юлия юля юлія
юрий юра юрій юрко
яков яша яків
богдан богданчик
тарас тарасик
оксана ксеня
іоанна
ioana ioanna ioanita
ion ionel ionut nelu
gheorghe george gigi ghita gicu
constantin costel costica dinu
alexandru alex sandu alecu
alexandra sanda ale
elena lena leni ileana ilinca
maria mioara maricica marioara
mihai misu mihaita
nicolae nicu nelu
vasile vasilica lica
stefan fane stefanita
cristian cristi
cristina cristi
dumitru mitica mitru
ecaterina cati catinca
gabriel gabi
daniel dani
andreea deea
mohammed mohamed muhammad mohammad maxamed mahamed moha
abdullah abdalla cabdulaahi abdullahi
abdirahman abdurahman cabdiraxmaan abdi cabdi
ali cali
hassan xasan
hussein xuseen husayn
ahmed ahmad axmed
fatima faduma faadumo fadumo fatuma fatma
aisha caasha asha
omar umar cumar
ibrahim ibraahim ibrahin
yusuf yousef yuusuf youssef
محمد محمود حمودي حمودة
عبدالله عبودي
فاطمة فطوم فطومة
إبراهيم ابراهيم برهوم
خديجة خدوج
يوسف يوسف
زينب زينة زوزو
катерина катруся катря катерінка
марія марійка маруся
іван іванко івасик
наталія наталка наталочка
василь василько
андрій андрійко
софія софійка соня
соломія соломійка
ганна ганнуся галя
татьяна танюша танечка
екатерина катюша катюха
иван ванюша ванька
дмитрий димка димон
ernesto neto
alicia licha
leticia lety leti
yolanda yoli
veronica vero
monica moni
carolina caro
valeria vale
sebastian sebas
gustavo gus tavo
ricardo richi
beatriz bety betty
mihaela miha mihaita ela
georgeta geta
magdalena magda
jonathan jon johnny
nathaniel nathan nate
zachary zach zack
joshua josh
jacob jake
deborah debby
cynthia cindy
pamela pam
kimberly kim
leonard leo len lenny
vincent vince vinny
"""

SAME_NAME: dict[str, frozenset[str]] = {}
"""Forms of one name, by each of them, folded."""
for _row in _SAME.strip().splitlines():
    _forms = folded_words(_row)
    for _form in _forms:
        SAME_NAME[_form] = SAME_NAME.get(_form, frozenset()) | _forms
