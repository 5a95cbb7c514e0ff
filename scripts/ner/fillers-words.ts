/** Words that names of companies, places and streets are made of, by hand; a bar between them. */
export const ENDINGS =
  'Inc|Inc.|Ltd|Ltd.|LLC|Group|Corp|Corp.|Corporation|Holdings|GmbH|PLC|Limited|Co.|Company|& Co|S.A.|AG|LLP|Partners|Associates|and Sons|& Sons|Incorporated|B.V.|AB|Pty Ltd'.split(
    '|',
  );
export const TRADES =
  'Bank|Insurance|Airlines|Motors|Foods|Pharmaceuticals|Technologies|Systems|Solutions|Software|Labs|Media|Energy|Oil|Steel|Electric|Records|Pictures|Studios|Consulting|Capital|Ventures|Logistics|Analytics|Research|Networks|Robotics|Publishing|Construction|Cafe|Bakery|Pharmacy|Dental|Hotels|Travel|Telecom|Partners|Data|Health|Security|Advisors|Realty|Law|Design|Digital|Interactive|Foundation|Restaurant|Markets|Outfitters'.split(
    '|',
  );
export const BODIES =
  "University|City Council|Police Department|General Hospital|High School|Chamber of Commerce|Public Library|Fire Department|School District|Medical Center|Times|Post|Herald|Tribune|Gazette|United|City|Rovers|FC|Museum of Art|Symphony Orchestra|Airport Authority|Community College|Children's Hospital|Health Clinic|Historical Society|Elementary School|Academy|Tigers|Eagles|Lions|Bears|Wildcats".split(
    '|',
  );
export const STATE_BODIES =
  'Department of|Ministry of|Office of|Bureau of|Institute of|National Council of|American Association of|Royal Society of|Federal Agency for|Committee on|Center for|International Union of|World Organization for|Society for|Friends of|Church of'.split(
    '|',
  );
export const FIELDS =
  'Health|Education|Defense|Justice|Labor|Energy|Transportation|Agriculture|Finance|Foreign Affairs|Culture|Science|Technology|Fisheries|Statistics|Medicine|Physics|Engineers|Nurses|Teachers|Human Rights|Animal Welfare|Disease Control|Economic Research'.split(
    '|',
  );
export const LANDMARKS =
  'River|Lake|Bay|Valley|Mountains|Island|Islands|Beach|Park|Hills|County|Falls|Creek|Airport|Bridge|Canyon|Square|Peninsula|Coast'.split(
    '|',
  );
export const BIG_PLACES =
  'Europe|Asia|Africa|South America|North America|Latin America|the Middle East|Australia|Antarctica|the Pacific|the Atlantic Ocean|the Alps|the Himalayas|Central Park|Times Square|Hollywood|Wall Street|Silicon Valley|Brooklyn|Manhattan|the Bronx|Soho|Heathrow|the Mediterranean Sea|Scandinavia|the Balkans|the West Bank|Gaza|the Caribbean|Eastern Europe|Southeast Asia|Northern Ireland|NYC|LA|SF|DC|Washington, D.C.|the US|the U.S.|USA|UK|the UK|US|U.S.|U.K.|EU|the Gaza Strip|the Persian Gulf|the Gulf of Mexico|the Black Sea|the North Sea|the Red Sea|the Sahara|the Rocky Mountains|the Great Lakes|the Bay Area|the West Coast|the East Coast|the Midwest|the South Bronx|New England|the Highlands|Kurdistan|Catalonia|Siberia|Tibet|Kashmir|Bavaria|Tuscany|Provence|the Oval Office|the White House|Capitol Hill|Downing Street|Fifth Avenue|Sunset Boulevard|Interstate 95|Highway 61|Route 66|JFK|LAX|Gatwick|Penn Station|Grand Central|Madison Square Garden|Wembley|Disneyland|Las Vegas Strip|West Africa|Central Asia|Western Europe|the Far East|the Arctic|the Horn of Africa|Earth|Mars'.split(
    '|',
  );
export const SUFFIXES =
  'Street|St|St.|Avenue|Ave|Ave.|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Way|Place|Square|Terrace|Parkway|Highway|Close|Crescent|Grove|Gardens|Row|Trail|Alley|Walk|Hill'.split(
    '|',
  );
export const MONTHS = 'January|February|March|April|May|June|July|August|September|October|November|December'.split(
  '|',
);
export const DAYS = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday'.split('|');
export const ACRONYMS =
  'API|JSON|OCR|PDF|HTTP|HTTPS|AI|GPU|CPU|URL|SQL|HTML|CSS|XML|CSV|PNG|USB|DNS|SSH|TLS|RAM|SSD|SDK|CLI|YAML|UTF|MIME|JWT|OAuth|IAM|VAT|EUR|USD|GBP|FAQ|PIN|SMS|TV|PC'.split(
    '|',
  );
/** What shops and suppliers are called after a name or an ordinary word. */
export const SHOPS =
  'Grocers|Grocery|Pharmacy|Cafe|Café|Coffee|Water|Energy|Books|Bookshop|Archives|Holdings|Logistics|Bakery|Butchers|Florist|Flowers|Hardware|Tools|Timber|Homes|Optics|Opticians|Eye Clinic|Dental|Clinic|Gym|Fitness|Cycles|Motors|Garage|Fuels|Petrol|Gas|Power|Electric|Grid|Broadband|Telecom|Mobile|Insurance|Assurance|Mutual|Building Society|Savings Bank|Bank|Credit Union|Market|Supermarket|Stores|Store|Foods|Wines|Brewery|Kitchen|Restaurant|Diner|Pizza|Grill|Deli|Tea Rooms|Hotel|Inn|Travel|Tours|Ferries|Ferry Company|Rail|Railways|Airways|Cabs|Taxis|Couriers|Freight|Shipping|Parcels|Printing|Press|Stationers|Office Supplies|Supplies|Trading|Traders|Imports|Textiles|Fabrics|Shoes|Outfitters|Jewellers|Furniture|Interiors|Kitchens|Lighting|Paints|Plumbing|Roofing|Builders|Construction|Scaffolding|Landscapes|Nurseries|Garden Centre|Farm|Farm Shop|Dairy|Seafood|Fisheries|Vets|Pets|Toys|Games|Records|Music|Cinema|Theatre|Studios|Media|Design|Software|Systems|Solutions|Technologies|Networks|Hosting|Cloud|Data|Analytics|Consulting|Advisors|Accountants|Solicitors|Law|Lettings|Estates|Properties|Housing|Storage|Laundry|Cleaning|Services|Partners|Council|Borough Council|School|Nursery|Charity|Trust|Association|Club|Industries|Manufacturing|Engineering|Instruments|Machines|Components|Parts|Steel|Metals|Plastics|Chemicals|Packaging|Paper|Glass|Ceramics'.split(
    '|',
  );
/** Short labels of forms, never a name. */
export const FORM_ACRONYMS =
  'IBAN|BIC|SWIFT|VAT|GST|SKU|PO|REF|TEL|FAX|ISO|USD|EUR|GBP|CHF|QTY|UOM|EAN|UPC|ABN|ACN|TIN|EIN|SSN|DOB|ID|NI|NINO|PAYE|YTD|ATM|POS|CVV|PIN|DD|SO|BGC|FPO|CHQ|HS|HST|PST|TPS|SST|MPN|COD|FOB|CIF|ETA|RMA|AWB|BOL|URN|UTR|CRN|SEPA|ACH|AMT|BAL|TXN|INV|MCC|TID|MID|AID|AUTH|RRN|STAN'.split(
    '|',
  );
export const UNITS =
  'pcs|pc|ea|each|box|boxes|kg|g|m|mm|cm|l|ml|pack|set|roll|pair|hrs|h|days|unit|units|EA|PCS|BOX|SET|doz|m2|ft|in|lb|oz'.split(
    '|',
  );
/** What nations have: after `Iraqi`, `U.S.`, `Royal`. */
export const ORGANS =
  "Army|Navy|Air Force|Marine Corps|Coast Guard|National Guard|Security Forces|Armed Forces|Democratic Forces|Liberation Front|Workers' Party|Red Crescent|Parliament|Senate|Supreme Court|Cabinet|Foreign Ministry|Interior Ministry|Defence Ministry|Ministry of Defence|Ministry of Health|Treasury|Central Bank|Football Federation|Olympic Committee|Broadcasting Corporation|Postal Service|Central Command|Department of State|Federal Police|Border Police|Intelligence Service|Space Agency|Academy of Sciences|Railways|Airlines|Oil Company".split(
    '|',
  );
/** Words of computing that look like names, in small letters or with a capital. */
export const TECH =
  'webhook|cron|dev|prod|ffmpeg|gcloud|kubectl|terraform|docker|npm|runbook|vCPU|GiB|MiB|ASCII|Unicode|CUDA|TIFF|JPEG|PNG|GIF|WebP|SVG|HEIC|Latin|OCR|ONNX|BERT|LoRA|quantize|int8|fp32|VNNI|AVX|regex|tokenizer|lexer|linter|bundler|polyfill|middleware|endpoint|payload|idempotency|backoff|mutex|semaphore|hash|checksum|Luhn|modulus|base64|gzip|brotli|zstd|stdin|stdout|stderr|localhost|daemon|shard|replica|failover|rollback|canary|sandbox|emulator|fixture|mock|stub|schema|enum|tuple|bigint|varint|boolean|async|await|promise|callback|webpack|vite|vitest|biome|eslint|node|deno|bun|rust|golang|kotlin|python|perl|bash|zsh|vim|emacs|git|rebase|upstream|changelog|semver|monorepo|workspace|lockfile|tarball|tarfile|chroot|cgroup|iptables|nginx|apache|redis|postgres|sqlite|mongo|firestore|bigquery|pubsub|kafka|rabbit|celery|airflow|spark|hadoop|parquet|avro|protobuf|grpc|graphql|oauth|jwt|saml|ldap|kerberos|tls|mtls|csrf|cors|xss|ssrf|sigterm|sigkill|heap|stack|cache|buffer|queue|batch|tenant|quota|throttle|sampling|threshold|epoch|gradient|embedding|vector|tensor|kernel|driver|firmware|bios|uefi|kvm|qemu|vm|container|pod|ingress|egress|namespace|configmap|secret|volume|bucket|blob|artifact|pipeline|step|job|worker|scheduler|header row|idempotency-key|dead letter'.split(
    '|',
  );
