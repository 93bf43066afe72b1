"""What people say for what a classification says. Our own words; a county's list may bring more (column `synonym`).

Each pair is what is said and what it means: the words as they stand in the list, whole and in that order.
"""

_TABLE = """
högt blodtryck|hypertoni
för högt blodtryck|hypertoni
blindtarmsinflammation|appendicit
lunginflammation|pneumoni
halsfluss|tonsillit
öroninflammation|mellanöreinflammation
öroninflammation|otit
förkylning|övre luftvägsinfektion
öli|övre luftvägsinfektion
stroke|cerebral infarkt
slaganfall|cerebral infarkt
propp i hjärnan|cerebral infarkt
hjärnblödning|intracerebral blödning
tia|transitorisk cerebral ischemi
hjärtattack|akut hjärtinfarkt
kärlkramp|angina pectoris
ff|förmaksflimmer
flimmer|förmaksflimmer
af|förmaksflimmer
kol|kroniskt obstruktiv lungsjukdom
kol|obstruktiv lungsjukdom
sockersjuka|diabetes
åldersdiabetes|diabetes mellitus typ 2
dm2|diabetes mellitus typ 2
dm1|diabetes mellitus typ 1
höga blodfetter|hyperkolesterolemi
höga blodfetter|hyperlipidemi
övervikt|fetma
giftstruma|tyreotoxikos
låg ämnesomsättning|hypotyreos
hög ämnesomsättning|tyreotoxikos
blodbrist|anemi
urinvägsinfektion|cystit
uvi|cystit
blåskatarr|cystit
njurbäckeninflammation|pyelonefrit
njurbäckeninflammation|tubulo interstitiell nefrit
njursvikt|kronisk njursjukdom
njurstensanfall|njursten
gallsten|gallblåsesten
magsjuka|gastroenterit
magkatarr|gastrit
magsår|ulcus ventriculi
halsbränna|refluxsjukdom
sura uppstötningar|refluxsjukdom
hemorrojder|hemorroider
bråck|ljumskbråck
ryggskott|lumbago
ont i ryggen|lumbago
ischias|lumboischialgi
diskbråck|diskbråck
artros i knä|gonartros
knäartros|gonartros
artros i höft|coxartros
höftartros|coxartros
benskörhet|osteoporos
ledgångsreumatism|reumatoid artrit
bruten handled|nedre delen av radius
handledsfraktur|nedre delen av radius
bruten höft|lårbenshals
höftfraktur|lårbenshals
stukad fot|distorsion i fotled
vrickad fot|distorsion i fotled
hjärnskakning|commotio cerebri
hjärnskakning|hjärnskakning
eksem|dermatit
nässelutslag|urtikaria
bältros|herpes zoster
rosfeber|erysipelas
svamp|mykos
blodförgiftning|sepsis
blodpropp i benet|djup ventrombos
blodpropp i benet|flebit och tromboflebit
blodpropp i lungan|lungemboli
åderbråck|varicer
utmattning|utmattningssyndrom
utbrändhet|utmattningssyndrom
nedstämdhet|depressiv episod
depression|depressiv episod
ångest|ångesttillstånd
panikångest|paniksyndrom
sömnlöshet|sömnstörning
alkoholism|alkoholberoende
bröstcancer|malign tumör i bröstkörtel
prostatacancer|malign tumör i prostata
tjocktarmscancer|malign tumör i tjocktarmen
lungcancer|malign tumör i bronk och lunga
yrsel|svindel
kristallsjuka|benign paroxysmal yrsel
grå starr|katarakt
grön starr|glaukom
ögoninflammation|konjunktivit
mässling|morbilli
kikhosta|pertussis
influensa|influensa
covid|covid 19
graviditet|normal graviditet
förlossning|spontanförlossning
svimning|synkope
ont i magen|buksmärta
bröstsmärta|bröstsmärtor
"""

EVERYDAY: tuple[tuple[str, str], ...] = tuple(
    (said, meant) for said, _, meant in (line.partition("|") for line in _TABLE.strip().splitlines()) if said != meant
)
"""What is said, and what it means."""
