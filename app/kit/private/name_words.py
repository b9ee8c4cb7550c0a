"""What is known of names: small parts, names that are words as well, and words that stand beside names."""

from app.kit.private.reading import folded_words

PARTICLES = folded_words(
    "de del la las los el y da das do dos di van von der den bin ibn ben bint al abu umm mc mac o st thi mr mrs ms dr"
    " sr jr ii iii بن بنت ابن ابو أبو أم ام"
)
"""Small parts of names that name nobody by themselves."""

_WORDS = """
anonymous resident neighbor neighbour neighbors citizen tenant owner homeowner user test name none nobody
someone customer concerned local community member business manager staff office city portland oregon worker
student teacher parent vecino vecina vecinos anónimo anónima residente ciudadano dueño nombre nadie cliente
сосед соседка аноним житель жилец хозяин имя клиент сусід сусідка анонім мешканець ім'я vecin vecină anonim
locatar locuitor nume proprietar deris magac جار جارة مجهول ساكن مواطن اسم dawn foster rose hill grace park
will stone chip banks joy hope faith summer april may june august autumn ivy holly heather violet daisy lily
iris sky sunny sandy rusty cliff glen dale lane brook brooks rivers woods wood forest field fields bush
bridge street church king prince bishop black white brown green gray grey young long short rich price walker
carter baker mason miller cook fisher hunter gardener parker turner taylor smith mark bill bob art gene jack
pat ray rob skip drew guy dean earl duke max miles buck bud cash chance chase crystal ruby pearl amber jade
ginger olive basil sage rosemary melody harmony charity mercy patience honor victor destiny angel star storm
rain winter snow frost day weeks knight noble power powers wall walls gates gate waters water west north
south east good best love moon sun page paige case law bell ball coal bacon rice bean peach berry cherry
cotton wolf fox bird crane drake finch hawk swan robin jay lamb hogg pond pool marsh moss heath lake ford
mill mills shore towns house rosa luz puente mar sol cruz paz blanca blanco dolores consuelo flores rios rio
calle torres torre castillo iglesias campos campo prado serrano rubio moreno delgado rojas rojo reyes rey
leon cordero vega vera fuentes fuente arroyo monte montes mora nieves pilar socorro remedios rosario soledad
esperanza milagros estrella alba aurora piedra ramos marina marino guerra luna pastor herrero zapatero
barrera barreras bravo bello casas cerro cuesta hoyos leal роза садовая вера лист мороз любовь лес надежда
слава роман лев мир свет светлана волк зима весна гора река белый черный мост сад луг заяц лис гриб ставок
надія віра воля кравець шевець мельник коваль ткач гай бондар швець зоря калина верба сокіл горобець вовк
медведь ключ камень камінь цветок крот жук баран кот петух соловей орел коза береза дуб вишня снег дождь
ветер florin pădure lupu luminița deal munte munteanu câmpeanu rusu negru albu roșu verde vulpe ursu morar
mărgărit viorica crin floare floarea codru lunca dobre bucur moraru croitoru olaru popa dascălu zidaru soare
stan luca pop mare mic domnu domnica safta aur aurel nuur geed dhagax farxad barwaaqo sahal nabad qamar cawo
deeqa magan dahab نور أمل ربيع سلام جبل جميل جميلة سعيد سعيدة كريم كريمة عادل صالح حسن فرح بدر شمس قمر زهرة
ورد وردة سالم أمين أمينة حياة إيمان باب بحر نهر صخر هادي نجم جنة بستان سيف عيد نصر نجاح حارس صديق حداد نجار
خياط طريق شجرة مطر ليل صباح مساء فجر سمر سليم سليمة كامل كاملة عالي طاهر طيب مجد رحمة نعمة فضل مبارك شاكر
حديقة شارع بيت ماهر عزيز غالي شريف وحيد lee
"""
_VIETNAMESE = """
hà phong mai an bình lan cúc hoa hương thu xuân hạ đông sương tuyết sơn hải giang thủy long hổ minh quang
sáng bảo phúc đức tâm lộc thọ tài lê lý hồ cao vũ mạnh hùng dũng cường trung kiên trí thanh thành hồng vân
ngân kim ngọc châu diệp trúc tùng bách đào liễu tiên dung hiền hòa bé việt nam bắc tiến lâm tú oanh yến nga
nhung nhi nguyệt thắng danh hàng xóm ẩn người dân
"""
WORDS = folded_words(_WORDS)
"""Names that are words as well, folded: by themselves they say nothing where case or other words do not."""
VIETNAMESE = WORDS | folded_words(_VIETNAMESE)
"""The same for texts in Vietnamese, whose names nearly all are words; without marks they are other languages' names."""
TIMES = folded_words("january april may june july august summer autumn winter portland oregon")
"""Names that have a capital as words, too."""

INTRODUCES = """
    my name is|name is|=i am|=i'm|=im|this is|it's me|it is me|=call me|ask for|=name|signed|known as
    know me as|report by|reported by
    soy|me llamo|mi nombre es|=nombre|habla|pregunt|atentamente|firma|de parte de|les saluda
    tôi là|tên tôi|tôi tên|tên là|=tên|em là|mình là|gặp|ký tên
    我是|我叫|姓名|联系人|聯絡人|名字|署名|此致|敬上
    меня зовут|=я|это|зовут|имя|спросите|обращайтесь к|поговорите с|подпись
    мене звати|=я|це|звати|ім'я|спитайте|зверніться до|підпис
    mă numesc|=sunt|numele meu|numele|întrebați de|semnat|mă cheamă
    =waa aniga|magacayg|magaca|waxaan ahay|weydii|=waxaan ahay
    أنا|انا|اسمي|الاسم|اسألوا عن|توقيع
"""
THANKS = """
    thanks|thank you|regards|sincerely|best|cheers|yours|gracias|saludos|cordialmente|atentamente
    cảm ơn|cám ơn|trân trọng|thân|谢谢|謝謝|感谢|感謝|此致
    спасибо|с уважением|благодар|дякую|з повагою|вдячн
    mulțumesc|cu stimă|cu respect|mersi|mahadsanid|waad mahadsan|شكرا|مع الشكر|مع التحية|تحيات
"""
NAMES_ITSELF = """
    my name is|me llamo|mi nombre es|tôi tên là|tên tôi là|меня зовут|мене звати|mă numesc|mă cheamă
    numele meu e|numele meu este|magacaygu waa|اسمي
"""

_OF_PLACES = """
street st avenue ave road rd boulevard blvd drive dr lane ln court ct place pl way highway hwy terrace
circle loop park
bridge school square plaza library station center creek field market church hospital building apartments
block hall
hill heights ridge river lake village gardens elementary middle playground cemetery station tower house
trail max
calle avenida av puente parque plaza escuela iglesia camino carretera biblioteca barrio colonia
đường phố cầu công viên trường chợ
улица улице улицы ул проспект площадь парк мост школа переулок шоссе
вулиця вулиці вул проспект площа парк міст школа провулок
strada str bulevardul bd piața parcul podul școala aleea
jidka waddada dugsiga buundada beerta
شارع طريق حديقة جسر مدرسة ساحة ميدان
north northeast east southeast south southwest west northwest
"""
QUADRANTS = folded_words("n ne e se s sw w nw")
"""Directions before or after a street, if they are written in capitals."""
OF_PLACES = folded_words(_OF_PLACES) | QUADRANTS
"""Words before or after what is the name of a place."""
ALONG = folded_words("on along off between corner across down crossing onto toward towards past")
"""English words before a street that is named without its kind."""
AND = folded_words("and & y и та și iyo và و")
AT = folded_words("at near by en por на біля у la lângă ở")
TITLES = folded_words(
    "mr mrs ms miss dr sr sra señor señora srta don doña chị anh ông bà cô chú bác em dl domnul doamna dna пан пані"
    " господин госпожа тетя дядя"
)
BEFORE_PERSON = folded_words("của tìm gặp gọi cho với nhờ hỏi tên là")
"""Vietnamese words after which a person follows."""
AFTER_PERSON = folded_words("đã là ở và cũng")
"""Vietnamese words that follow a person, and seldom the other half of a word of two syllables."""
