// Codes of regions by the names that the source prints. Codes: ISO 3166-2 as of 2025, without the country.
// Kosovo and the two parts of Palestine have no codes of this level; theirs are our own.

// Regions that the source divides further: name and the parts that make it up.
export const unite = {
  BF: {
    "01 Boucle du Mouhoun": "Balé,Banwa,Kossi,Mou Houn,Nayala,Sourou",
    "02 Cascades": "Komoé,Léraba",
    "03 Centre": "Kadiogo",
    "04 Centre-Est": "Boulgou,Koulpélogo,Kouritenga",
    "05 Centre-Nord": "Bam,Namentenga,Sanmatenga",
    "06 Centre-Ouest": "Boulkiemdé,Sanguié,Sissili,Ziro",
    "07 Centre-Sud": "Bazéga,Nahouri,Zoundwéogo",
    "08 Est": "Gnagna,Gourma,Komondjari,Kompienga,Tapoa",
    "09 Hauts-Bassins": "Houet,Kénédougou,Tuy",
    "10 Nord": "Loroum,Passoré,Yatenga,Zondoma",
    "11 Plateau-Central": "Ganzourgou,Kourwéogo,Oubritenga",
    "12 Sahel": "Oudalan,Séno,Soum,Yagha",
    "13 Sud-Ouest": "Bougouriba,Ioba,Noumbiel,Poni",
  },
  XK: {
    "FE Ferizaj": "Uroševac,Štimlje,Štrpce,Kačanik",
    "GA Gjakova": "Đakovica,Dečani,Orahovac",
    "GI Gjilan": "Gnjilane,Vitina,Kosovska Kamenica",
    "MI Mitrovica": "Zvečan,Leposavić,Kosovska Mitrovica,Vučitrn,Srbica,Zubin Potok",
    "PE Peja": "Peć,Istok,Klina",
    "PR Pristina": "Kosovo Polje,Glogovac,Obilić,Podujevo,Priština,Lipljan,Novo Brdo",
    "PZ Prizren": "Prizren,Dragaš,Suva Reka,Mališevo",
  },
};

// Name in the source: code, and another name after it where the source's is damaged, old or not local.
export const codes = {
  ML: "Timbuktu=6 Tombouctou;Kidal=8;Gao=7;Bamako=BKO;Kayes=1;Sikasso=3;Mopti=5;Ségou=4;Koulikoro=2",
  NE: "Tillabéri=6;Diffa=2;Agadez=1;Maradi=4;Zinder=7;Dosso=3;Niamey=8;Tahoua=5",
  SN: "Sédhiou=SE;Kédougou=KE;Kaffrine=KA;Saint-Louis=SL;Dakar=DK;Diourbel=DB;Fatick=FK;Kaolack=KL;Louga=LG;Matam=MT;Thiès=TH;Kolda=KD;Ziguinchor=ZG;Tambacounda=TC",
  CV: "Brava=BR;São Filipe=SF;Mosteiros=MO;Santa Catarina do Fogo=CF;Tarrafal=TA;Santa Catarina=CA;São Miguel=SM;Santa Cruz=CR;São Salvador do Mundo=SS;São Lourenço dos Órgãos=SO;São Domingos=SD;Ribeira Grande de Santiago=RS;Praia=PR;Maio=MA;Boa Vista=BV;Sal=SL;Ribeira Brava=RB;Tarrafal de São Nicolau=TS;São Vicente=SV;Porto Novo=PN;Ribeira Grande=RG;Paul=PA",
  LA: "Bokeo=BK;Louang Namtha=LM Luang Namtha;Xaignabouri=XA Xayaboury;Champasak=CH;Saravan=SL Salavan;Savannakhét=SV Savannakhet;Vientiane [prefecture]=VT Vientiane Prefecture;Vientiane=VI;Xiangkhoang=XI Xieng Khouang;Houaphan=HO;Louangphrabang=LP Luang Prabang;Oudômxai=OU Oudomxay;Phôngsali=PH Phongsaly;Bolikhamxai=BL Bolikhamxay;Khammouan=KH Khammouane;Attapu=AT Attapeu;Xékong=XE Sekong",
  NI: "Rivas=RI;Rio San Juan=SJ Río San Juan;Atlántico Sur=AS Costa Caribe Sur;Carazo=CA;Granada=GR;Jinotega=JI;Atlántico Norte=AN Costa Caribe Norte;León=LE;Managua=MN;Masaya=MS;Chinandega=CI;Estelí=ES;Madriz=MD;Matagalpa=MT;Nueva Segovia=NS;Boaco=BO;Chontales=CO",
  SV: "Ahuachapán=AH;Cabañas=CA;Cuscatlán=CU;La Libertad=LI;La Paz=PA;Sonsonate=SO;San Salvador=SS;La Unión=UN;Morazán=MO;San Miguel=SM;San Vicente=SV;Usulután=US;Chalatenango=CH;Santa Ana=SA",
  VN: "Quảng Ninh=13;Tây Ninh=37;Điện Biên=71;Đông Bắc=53 Bắc Kạn;Thái Nguyên=69;Lai Chau=01 Lai Châu;Lạng Sơn=09;Son La=05 Sơn La;Thanh Hóa=21;Tuyên Quang=07;Yên Bái=06;Hòa Bình=14;Hải Dương=61;Hải Phòng=HP;Đồng Bằng Sông Hồng=66 Hưng Yên;Ha Noi=HN Hà Nội;Bắc Ninh=56;Vĩnh Phúc=70;Ninh Bình=18;Hà Nam=63;Nam Định=67;Phú Thọ=68;Bắc Giang=54;Thái Bình=20;Ha Tinh=23 Hà Tĩnh;Nghệ An=22;Quảng Bình=24;Dak Lak=33 Đắk Lắk;Gia Lai=30;Khánh Hòa=34;Lâm Đồng=35;Ninh Thuận=36;Phú Yên=32;Bình Dương=57;Tiền Giang=46;Đắk Nông=72;Bình Phước=58;Bình Định=31;Kon Tum=28;Quàng Nam=27 Quảng Nam;Quảng Ngãi=29;Quảng Trị=25;Thừa Thiên - Huế=26 Huế;Đà Nẵng=DN;Bà Rịa - Vũng Tàu=43;Bình Thuận=40;Đông Nam Bộ=39 Đồng Nai;An Giang=44;Can Tho=CT Cần Thơ;Ð?ng Tháp=45 Đồng Tháp;Hồ Chí Minh city=SG Hồ Chí Minh;Kiên Giang=47;Long An=41;Bến Tre=50;Hau Giang=73 Hậu Giang;Bạc Liêu=55;Cà Mau=59;Sóc Trăng=52;Trà Vinh=51;Vĩnh Long=49;Cao Bằng=04;Hà Giang=03;Lào Cai=02",
  NA: "Karas=KA ǁKaras;Hardap=HA;Khomas=KH;Kunene=KU;Erongo=ER;Otjozondjupa=OD;Omusati=OS;Oshana=ON;Ohangwena=OW;Omaheke=OH;Kavango=OK;Oshikoto=OT;Caprivi=CA Zambezi",
  MN: "Bayan-Ölgiy=071 Bayan-Ölgii;Dornogovi=063;Ömnögovi=053;Hentiy=039 Khentii;Arhangay=073 Arkhangai;Bayanhongor=069 Bayankhongor;Dzavhan=057 Zavkhan;Govi-Altay=065 Govi-Altai;Hovd=043 Khovd;Hövsgöl=041 Khövsgöl;Uvs=046;Bulgan=067;Orhon=035 Orkhon;Dundgovi=059;Selenge=049;Övörhangay=055 Övörkhangai;Darhan-Uul=037 Darkhan-Uul;Töv=047;Govĭ-Sümber=064 Govisümber;Ulaanbaatar=1;Dornod=061;Sühbaatar=051 Sükhbaatar",
  MM: "Kayah=12;Kayin=13;Mandalay=04;Bago=02;Yangon=06;Mon=15;Rakhine=16;Chin=14;Ayeyarwady=07;Magway=03;Shan=17;Tanintharyi=05;Kachin=11;Sagaing=01",
  PS: "Gaza Strip=GS;West Bank=WB",
  AF: "Badghis=BDG;Hirat=HER Herat;Bamyan=BAM;Balkh=BAL;Faryab=FYB;Jawzjan=JOW;Ghor=GHO;Sari Pul=SAR Sar-e Pol;Farah=FRA;Hilmand=HEL Helmand;Nimroz=NIM;Uruzgan=URU;Uruzgan#2=DAY Daykundi;Kandahar=KAN;Zabul=ZAB;Ghazni=GHA;Khost=KHO;Paktika=PKA;Badakhshan=BDS;Nuristan=NUR;Kunar=KNR;Kunduz=KDZ;Nangarhar=NAN;Takhar=TAK;Baghlan=BGL;Kabul=KAB;Kapisa=KAP;Parwan=PAN Panjshir;Parwan#2=PAR;Laghman=LAG;Logar=LOG;Samangan=SAM;Wardak=WAR;Paktya=PIA Paktia",
  BJ: "Borgou=BO;Alibori=AL;Collines=CO;Atlantique=AQ;Littoral=LI;Kouffo=KO Couffo;Ouémé=OU;Zou=ZO;Plateau=PL;Mono=MO;Atakora=AK;Donga=DO",
  TG: "Plateaux=P;Maritime=M;Kara=K;Centre=C Centrale;Savanes=S",
  RW: "Southern=05;Western=04;Eastern=02;Northern=03;Kigali City=01 Kigali",
  CR: "Cartago=C;Heredia=H;Limón=L;Puntarenas=P;San José=SJ;Alajuela=A;Guanacaste=G",
};
